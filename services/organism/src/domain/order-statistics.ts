/**
 * Quantile of sorted numbers, linear between neighbours.
 *
 * @param sorted shape [n], n ≥ 1, ascending
 * @param q in [0, 1]
 * @source Hyndman and Fan, "Sample Quantiles in Statistical Packages" (1996), type 7
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? a;
  return a + (b - a) * (at - low);
}

/** Numbers in ascending order. */
export const sorted = (values: ArrayLike<number>): Float64Array => Float64Array.from(values).sort();

/** Middle of the numbers; shape [n], n ≥ 1. */
export const median = (values: ArrayLike<number>): number => quantile(sorted(values), 0.5);

/** Median distance from the median, unscaled; 0 when more than half are equal. */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const middle = median(values);
  return median(values.map((value) => Math.abs(value - middle)));
}
