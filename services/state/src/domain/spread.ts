import type { Spread } from '@seedcore/contracts';
import { rounded } from './rounded.ts';

/** Number, mean, extremes and population standard deviation of the values that are known; nulls when none is. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread {
  const known = values.filter((value) => value !== null && value !== undefined);
  const n = known.length;
  if (n === 0) return { known: 0, mean: null, min: null, max: null, deviation: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n;
  return {
    known: n,
    mean: rounded(mean),
    min: Math.min(...known),
    max: Math.max(...known),
    deviation: rounded(Math.sqrt(variance)),
  };
}
