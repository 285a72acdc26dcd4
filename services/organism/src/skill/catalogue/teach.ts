/** An organ and what it can do. */
type Taught = { readonly organId: string; readonly skills: readonly string[] };

/** Most skills of one organ. */
export const MAX_SKILLS = 64;

/**
 * New skills that no organ has: the one that stands in for all others learns them, as far as it has room.
 *
 * @returns names to add to the organ `fallback`; none while it is not known
 */
export function untaught(fromFiles: readonly string[], organs: readonly Taught[], fallback: string): readonly string[] {
  const pupil = organs.find(({ organId }) => organId === fallback);
  if (pupil === undefined) return [];
  const known = new Set(organs.flatMap(({ skills }) => skills));
  return fromFiles.filter((name) => !known.has(name)).slice(0, Math.max(0, MAX_SKILLS - pupil.skills.length));
}
