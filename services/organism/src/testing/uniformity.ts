/** Kolmogorov–Smirnov bound for a hundred draws: a uniform source is beyond it once in a hundred times. */
export const CRITICAL_AT_1_PERCENT = 0.163;

/** Largest distance between what was drawn and a uniform distribution over [0, 1]. */
export function furthestFromUniform(draws: readonly number[]): number {
  const sorted = draws.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, i) => Math.max(Math.abs((i + 1) / sorted.length - x), Math.abs(i / sorted.length - x))),
  );
}
