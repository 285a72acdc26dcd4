import { median } from './quantile.ts';
import { sigmaPerMad, sigmaPerMeanDeviation } from './sigma-per-deviation.ts';
import type { Rarity } from './tail-threshold.ts';
import { type Verdict, verdictOf } from './verdict.ts';

const smallestRelativeSpread = 1e-9;
const smallestSpread = 1e-300;
const shortage = 15;

/**
 * Judges a handful of values, each by all the others.
 *
 * @param values shape [n], n ≥ 5
 */
export function judgeByTheRest(values: readonly number[], rarity: Rarity): Verdict[] {
  const magnitude = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return values.map((value, at) => {
    const rest = values.filter((_, other) => other !== at);
    const expected = median(rest);
    const sigma = Math.max(spread(rest, expected), magnitude * smallestRelativeSpread, smallestSpread);
    const threshold = rarity.normal * (1 + shortage / rest.length);
    return verdictOf(value, { expected, basis: 'the other values' }, { sigma, threshold });
  });
}

/** The wider of two estimates: of so few values either one is often far too small. */
function spread(values: readonly number[], centre: number): number {
  const deviations = values.map((value) => Math.abs(value - centre));
  const mean = deviations.reduce((sum, deviation) => sum + deviation, 0) / deviations.length;
  return Math.max(median(deviations) * sigmaPerMad, mean * sigmaPerMeanDeviation);
}
