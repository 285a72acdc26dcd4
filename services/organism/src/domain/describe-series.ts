import { moments } from './moments.ts';
import { medianAbsoluteDeviation, quantile, sorted } from './order-statistics.ts';
import { type Season, seasonOf } from './season.ts';
import { type Point, type Trend, theilSen } from './trend.ts';

/** A series in figures; `n` counts known values, quartiles and deviations are in the unit of the values. */
export type SeriesDescription = {
  readonly n: number;
  readonly missing: number;
  readonly mean: number;
  readonly sd: number;
  readonly quartiles: { readonly q1: number; readonly q2: number; readonly q3: number };
  readonly mad: number;
  readonly trend: Trend | undefined;
  readonly season: Season | undefined;
};

/** A series as it is measured. */
export type Series = {
  /** `null` = missing; at least one is known. */
  readonly values: readonly (number | null)[];
  /** Seconds, one per value; left out: the index. The trend is per second, or per step. */
  readonly seconds?: readonly number[] | undefined;
  /** Steps after which the pattern is expected to repeat. */
  readonly period?: number | undefined;
};

/** Describes a series: what is missing is counted and left out, never filled in. */
export function describeSeries({ values, seconds, period }: Series): SeriesDescription {
  const points = values.flatMap((y, i): Point[] => (y === null ? [] : [{ x: seconds?.[i] ?? i, y }]));
  const known = points.map(({ y }) => y);
  const ascending = sorted(known);
  const steps = values.flatMap((y, x): Point[] => (y === null ? [] : [{ x, y }]));
  const slopePerStep = theilSen(steps)?.slope ?? 0;
  return {
    n: known.length,
    missing: values.length - known.length,
    ...moments(known),
    quartiles: { q1: quantile(ascending, 0.25), q2: quantile(ascending, 0.5), q3: quantile(ascending, 0.75) },
    mad: medianAbsoluteDeviation(known),
    trend: theilSen(points),
    season: seasonOf(
      values.map((y) => y ?? Number.NaN),
      slopePerStep,
      period,
    ),
  };
}
