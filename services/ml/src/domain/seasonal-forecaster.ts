import type { Forecaster } from './forecaster.ts';

const levelWeight = 0.1;
const seasonWeight = 0.3;

/**
 * Level plus season: exponential smoothing of both. The first season is taken as it comes; a phase that was missing
 * from it is filled the next time round.
 *
 * @param period values per season, an integer ≥ 2
 * @source Winters, "Forecasting Sales by Exponentially Weighted Moving Averages" (1960), additive, without trend
 */
export function seasonal(period: number): Forecaster {
  let season: (number | undefined)[] = [];
  let level = 0;
  let phase = 0;

  function learnFirst(value: number | undefined): void {
    season.push(value);
    if (season.length < period) return;
    const known = season.filter((each) => each !== undefined);
    level = known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
    season = season.map((each) => (each === undefined ? undefined : each - level));
  }

  function learn(value: number): void {
    const usual = season[phase];
    const error = usual === undefined ? 0 : value - level - usual;
    level += levelWeight * error;
    season[phase] = usual === undefined ? value - level : usual + seasonWeight * (1 - levelWeight) * error;
    phase = (phase + 1) % period;
  }

  return {
    name: `the season of ${period} values`,
    expect: () => {
      const usual = season.length < period ? undefined : season[phase];
      return usual === undefined ? undefined : level + usual;
    },
    observe: (value) => {
      if (season.length < period) learnFirst(value);
      else learn(value);
    },
    skip: () => {
      if (season.length < period) learnFirst(undefined);
      else phase = (phase + 1) % period;
    },
    forget: () => undefined,
    shift: (by) => {
      level += by;
    },
  };
}
