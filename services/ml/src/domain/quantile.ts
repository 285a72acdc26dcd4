/**
 * The q-quantile of sorted values by linear interpolation between order statistics.
 *
 * @param sorted shape [n], n ≥ 1, ascending
 * @param q in [0, 1]
 * @throws RangeError when `sorted` is empty
 * @source Hyndman & Fan, "Sample Quantiles in Statistical Packages" (1996), definition 7
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below];
  if (low === undefined) throw new RangeError('quantile of no values');
  const high = sorted[below + 1] ?? low;
  return low + (position - below) * (high - low);
}

/** The middle of unsorted values, shape [n], n ≥ 1. */
export function median(values: readonly number[]): number {
  return quantile(ascending(values), 0.5);
}

/** A sorted copy, smallest first. */
export function ascending(values: Iterable<number>): Float64Array {
  return Float64Array.from(values).sort();
}
