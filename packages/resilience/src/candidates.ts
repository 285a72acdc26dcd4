/** How far an instance may be chosen, best first. */
export const standings = ['routable', 'suspect', 'ejected', 'draining', 'gone'] as const;
/** How far an instance may be chosen. */
export type Standing = (typeof standings)[number];

/** Those of the best standing there is: a worse one is chosen only when nothing else exists (S27). */
export function candidates<T extends { readonly standing: Standing }>(instances: readonly T[]): readonly T[] {
  for (const standing of standings) {
    const found = instances.filter((one) => one.standing === standing);
    if (found.length > 0) return found;
  }
  return [];
}
