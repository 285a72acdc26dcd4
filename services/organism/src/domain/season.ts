import { moments } from './moments.ts';

/** A pattern that repeats every `period` steps; strength 0 is none, 1 is nothing else. */
export type Season = { readonly period: number; readonly strength: number };

/** Longest period looked for, in steps. */
const MAX_PERIOD = 400;
/** Least autocorrelation and least strength that count as a season. */
const LEAST = 0.3;
/** Multiples of a period peak as high as the period itself; the first peak this near the highest is taken. */
const NEAR_BEST = 0.9;

/**
 * The season of a series, of the given period or of the one its autocorrelation shows.
 *
 * @param series shape [n]; missing values are NaN
 * @param slope trend per step, taken out first
 * @returns undefined when the series is shorter than two periods or shows no season
 */
export function seasonOf(series: readonly number[], slope: number, period?: number): Season | undefined {
  const level = series.map((value, i) => value - slope * i);
  const chosen = period ?? strongestLag(level);
  if (chosen === undefined || series.length < 2 * chosen) return undefined;
  const strength = strengthOf(level, chosen);
  return period !== undefined || strength >= LEAST ? { period: chosen, strength } : undefined;
}

/**
 * How much of the variance the mean of each phase explains.
 *
 * @source Wang, Smith and Hyndman, "Characteristic-Based Clustering for Time Series Data" (2006): 1 − var(rest)/var(all)
 */
function strengthOf(level: readonly number[], period: number): number {
  const means = Array.from({ length: period }, (_, phase) => {
    const values = level.filter((value, i) => i % period === phase && !Number.isNaN(value));
    return values.length === 0 ? 0 : moments(values).mean;
  });
  const known = level.flatMap((value, i) =>
    Number.isNaN(value) ? [] : [[value, value - (means[i % period] ?? 0)] as const],
  );
  const all = moments(known.map(([value]) => value)).sd;
  const rest = moments(known.map(([, remainder]) => remainder)).sd;
  return all === 0 ? 0 : Math.max(0, 1 - (rest * rest) / (all * all));
}

/** The first lag whose peak of the autocorrelation is about the highest; undefined when none reaches 0.3. */
function strongestLag(level: readonly number[]): number | undefined {
  const known = level.filter((value) => !Number.isNaN(value));
  if (known.length < 6) return undefined;
  const { mean, sd } = moments(known);
  if (sd === 0) return undefined;
  const longest = Math.min(MAX_PERIOD, Math.floor(level.length / 2));
  const waves = level.map((value) => (Number.isNaN(value) ? Number.NaN : (value - mean) / sd));
  const correlation = Array.from({ length: longest + 2 }, (_, lag) => autocorrelation(waves, lag));
  const peaks = correlation.flatMap((here, lag) => {
    const before = correlation[lag - 1] ?? 1;
    const after = correlation[lag + 1] ?? 1;
    return lag >= 2 && lag <= longest && here >= LEAST && here >= before && here >= after ? [{ lag, here }] : [];
  });
  const highest = Math.max(...peaks.map(({ here }) => here));
  return peaks.find(({ here }) => here >= NEAR_BEST * highest)?.lag;
}

/** Correlation of standardised values with themselves `lag` steps later, over the pairs that are known. */
function autocorrelation(waves: readonly number[], lag: number): number {
  let sum = 0;
  let pairs = 0;
  for (let i = lag; i < waves.length; i++) {
    const product = (waves[i] ?? Number.NaN) * (waves[i - lag] ?? Number.NaN);
    if (Number.isNaN(product)) continue;
    sum += product;
    pairs++;
  }
  return pairs < 3 ? 0 : sum / pairs;
}
