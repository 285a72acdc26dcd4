import { normalQuantile } from './normal.ts';

/**
 * Standardises a value by its rank among reference values: robust against wild ones, and standard normal for a value of
 * the same distribution whatever that is, as far as n values can tell.
 *
 * @param sorted reference, shape [n], n ≥ 1, ascending
 * @returns in ±Φ⁻¹(1 − 1/(2n + 2)); 0 among equal values
 * @source Blom, "Statistical Estimates and Transformed Beta-Variables" (1958); mid-ranks for ties
 */
export function normalScore(value: number, sorted: Float64Array): number {
  const rank = (countBelow(value, sorted) + countUpTo(value, sorted)) / 2;
  return normalQuantile((rank + 0.5) / (sorted.length + 1));
}

function countBelow(value: number, sorted: Float64Array): number {
  return search(sorted, (each) => each < value);
}

function countUpTo(value: number, sorted: Float64Array): number {
  return search(sorted, (each) => each <= value);
}

/** Number of leading values for which `holds`. */
function search(sorted: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}
