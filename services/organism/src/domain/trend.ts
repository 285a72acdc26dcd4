import { quantile, sorted } from './order-statistics.ts';

/** One measured value and where it stands: its index, or its time. */
export type Point = { readonly x: number; readonly y: number };

/** Rise per unit of x, with a 95 % confidence interval. */
export type Trend = { readonly slope: number; readonly low: number; readonly high: number };

/** Most points whose pairs are compared; of more, this many evenly spaced ones. */
const MAX_POINTS = 1000;
/** Standard normal quantile of a two-sided 95 % interval. */
const Z = 1.959964;

/**
 * Theil–Sen trend: the median of the slopes of all pairs, which a third of wild values cannot bend.
 *
 * @param points shape [n], distinct x
 * @returns undefined when no two points have different x
 * @source Sen, "Estimates of the Regression Coefficient Based on Kendall's Tau" (1968)
 */
export function theilSen(points: readonly Point[]): Trend | undefined {
  const chosen = evenlySpaced(points, MAX_POINTS);
  const slopes = sorted(pairSlopes(chosen));
  if (slopes.length === 0) return undefined;
  const n = chosen.length;
  const spread = Z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const at = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.round(rank)))] ?? 0;
  return {
    slope: quantile(slopes, 0.5),
    low: at((slopes.length - spread) / 2 - 1),
    high: at((slopes.length + spread) / 2),
  };
}

/** At most `count` of the points, first and last included. */
export function evenlySpaced<T>(points: readonly T[], count: number): readonly T[] {
  if (points.length <= count) return points;
  return Array.from({ length: count }, (_, i) => points[Math.round((i * (points.length - 1)) / (count - 1))]).filter(
    (point) => point !== undefined,
  );
}

function pairSlopes(points: readonly Point[]): number[] {
  const slopes: number[] = [];
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j++) {
      const b = points[j];
      if (b !== undefined && b.x !== a.x) slopes.push((b.y - a.y) / (b.x - a.x));
    }
  });
  return slopes;
}
