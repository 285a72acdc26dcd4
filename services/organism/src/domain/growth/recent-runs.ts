/** Most runs remembered. */
const MOST = 100;

/** The last runs of an agent on this host, as far as state keeps no record of each: what they were, and how long they took. */
export type RecentRuns = { readonly skills: readonly string[]; readonly ms: readonly number[] };

/** An agent that has run nothing here. */
export const noRuns: RecentRuns = { skills: [], ms: [] };

/** One run more. */
export const withRun = (
  { skills, ms }: RecentRuns,
  run: { readonly skill: string; readonly ms: number },
): RecentRuns => ({
  skills: [...skills, run.skill].slice(-MOST),
  ms: [...ms, run.ms].slice(-MOST),
});

/**
 * Share of the most frequent skill among the last 100 of `n` runs; those that are not remembered here count as others.
 *
 * @returns in [0, 1]; 0 before the first run
 */
export function topShare({ skills }: RecentRuns, n: number): number {
  const counts = new Map<string, number>();
  for (const skill of skills) counts.set(skill, (counts.get(skill) ?? 0) + 1);
  return skills.length === 0 ? 0 : Math.max(...counts.values()) / Math.max(skills.length, Math.min(n, MOST));
}
