/** Says what the next value of a series should be. Mutable: one owner, fed in time order. */
export type Forecaster = {
  /** What it is, as explanations name it. */
  readonly name: string;
  /** The expected next value, in units of the data; undefined until it has seen enough. */
  expect(): number | undefined;
  /** Takes in the value that came. */
  observe(value: number): void;
  /** Lets time pass over a value that is missing, or not to be learned from. */
  skip(): void;
  /** Drops what has gone stale because too many values in a row were missing. */
  forget(): void;
  /** Moves its idea of the level after the series has settled elsewhere. */
  shift(by: number): void;
};

const levelWeight = 0.2;
const trendWeight = 0.05;

/** Tomorrow as today. */
export function lastValue(): Forecaster {
  let last: number | undefined;
  return {
    name: 'the last value',
    expect: () => last,
    observe: (value) => {
      last = value;
    },
    skip: () => undefined,
    forget: () => {
      last = undefined;
    },
    shift: (by) => {
      last = last === undefined ? last : last + by;
    },
  };
}

/**
 * Exponentially weighted mean; the plain mean until 1/weight values are in.
 *
 * @param weight of the newest value, in (0, 1]
 * @source Roberts, "Control Chart Tests Based on Geometric Moving Averages" (1959)
 */
export function movingMean(weight: number): Forecaster {
  let mean: number | undefined;
  let seen = 0;
  return {
    name: `the mean of the last ${Math.round(1 / weight)} values`,
    expect: () => mean,
    observe: (value) => {
      seen += 1;
      mean = mean === undefined ? value : mean + Math.max(weight, 1 / seen) * (value - mean);
    },
    skip: () => undefined,
    forget: () => {
      mean = undefined;
      seen = 0;
    },
    shift: (by) => {
      mean = mean === undefined ? mean : mean + by;
    },
  };
}

/**
 * Level plus trend, both exponentially smoothed, from the first two values on.
 *
 * @source Holt, "Forecasting Seasonals and Trends by Exponentially Weighted Moving Averages" (1957)
 */
export function trendLine(): Forecaster {
  let level: number | undefined;
  let trend: number | undefined;
  return {
    name: 'the trend of the recent values',
    expect: () => (level === undefined || trend === undefined ? undefined : level + trend),
    observe: (value) => {
      if (level === undefined || trend === undefined) {
        trend = level === undefined ? undefined : value - level;
        level = value;
        return;
      }
      const next = level + trend + levelWeight * (value - level - trend);
      trend += trendWeight * (next - level - trend);
      level = next;
    },
    skip: () => {
      if (level !== undefined) level += trend ?? 0;
    },
    forget: () => {
      level = undefined;
      trend = undefined;
    },
    shift: (by) => {
      if (level !== undefined) level += by;
    },
  };
}

/** The straight line through the last two values. */
export function straightLine(): Forecaster {
  let before: number | undefined;
  let last: number | undefined;
  return {
    name: 'the straight line through the last two values',
    expect: () => (before === undefined || last === undefined ? undefined : 2 * last - before),
    observe: (value) => {
      before = last;
      last = value;
    },
    skip: () => {
      if (before === undefined || last === undefined) return;
      [before, last] = [last, 2 * last - before];
    },
    forget: () => {
      before = undefined;
      last = undefined;
    },
    shift: (by) => {
      before = before === undefined ? before : before + by;
      last = last === undefined ? last : last + by;
    },
  };
}
