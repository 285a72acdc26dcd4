/**
 * Five figures that describe where a series lies and how it spreads, for watching its drift.
 *
 * @param series any length; null = missing
 * @returns mean, standard deviation, lower quartile, median, upper quartile of the known values; zeros when there are none
 */
export function seriesFeatures(series: readonly (number | null)[]): number[] {
  const sorted = series.filter((value) => value !== null).toSorted((a, b) => a - b);
  if (sorted.length === 0) return [0, 0, 0, 0, 0];
  const mean = sum(sorted) / sorted.length;
  const deviation = Math.sqrt(sum(sorted.map((value) => (value - mean) ** 2)) / sorted.length);
  return [mean, deviation, ...[0.25, 0.5, 0.75].map((q) => quantile(sorted, q))];
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Nearest rank. */
const quantile = (sorted: readonly number[], q: number): number => sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
