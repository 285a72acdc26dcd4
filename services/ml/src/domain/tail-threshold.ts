import { normalQuantile } from './normal.ts';
import { quantile } from './quantile.ts';
import { sigmaPerMad, sigmaPerMeanDeviation } from './sigma-per-deviation.ts';

/** How rare a residual must be to be an anomaly. */
export type Rarity = {
  /** Chance that an ordinary point lies beyond the threshold, in (0, 1). */
  readonly p: number;
  /** The two-sided threshold of a normal distribution for `p`, in standard deviations. */
  readonly normal: number;
};

/** How wide residuals spread and how far out an ordinary one may lie. */
export type Tail = {
  /** Robust standard deviation of the residuals, in units of the data, > 0. */
  readonly sigma: number;
  /** In multiples of `sigma`. */
  readonly threshold: number;
};

const rarestExponent = 6;
const exponentRange = 4;
const upperQuartile = 0.75;
const outerTwentieth = 0.95;
const outerTwentiethSigmas = 1.959964;
const smallestRelativeSpread = 1e-9;
const smallestSpread = 1e-300;
/** A threshold learned from n residuals is (1 + 8/n) times wider: holds false alarms of short series down (simulated). */
const shortage = 8;

/** Maps the one setting of the detector, in [0, 1], to a false-alarm chance per point: 1e-6, 1e-4 at 0.5, 1e-2 at 1. */
export function rarityOf(sensitivity: number): Rarity {
  const p = 10 ** (exponentRange * sensitivity - rarestExponent);
  return { p, normal: normalQuantile(1 - p / 2) };
}

/**
 * Spread and threshold of absolute residuals.
 *
 * The tail is extrapolated as an exponential through the 75 % and 95 % quantiles: exact for Laplace residuals, on the
 * safe side for normal and uniform ones, and deaf to the wildest 5 %, which are what we look for. It is never narrower
 * than the normal tail.
 *
 * @param sorted absolute residuals, shape [n], n ≥ 1, ascending, in units of the data
 * @param magnitude largest absolute value of the data: spreads below 1e-9 of it are rounding
 * @source Breiman, Stone & Kooperberg, "Robust confidence bounds for extreme upper quantiles" (1990), exponential tail
 */
export function tailOf(sorted: Float64Array, rarity: Rarity, magnitude: number): Tail {
  const sigma = Math.max(spread(sorted), magnitude * smallestRelativeSpread, smallestSpread);
  const quartile = quantile(sorted, upperQuartile);
  const outer = quantile(sorted, outerTwentieth);
  const slope = (outer - quartile) / Math.log((1 - upperQuartile) / (1 - outerTwentieth));
  const exponential = outer + slope * Math.log((1 - outerTwentieth) / rarity.p);
  const threshold = Math.max(rarity.normal, exponential / sigma);
  return { sigma, threshold: threshold * (1 + shortage / sorted.length) };
}

function spread(sorted: Float64Array): number {
  const mad = quantile(sorted, 0.5);
  if (mad > 0) return mad * sigmaPerMad;
  const outer = quantile(sorted, outerTwentieth);
  if (outer > 0) return outer / outerTwentiethSigmas;
  return (sorted.reduce((sum, residual) => sum + residual, 0) / sorted.length) * sigmaPerMeanDeviation;
}
