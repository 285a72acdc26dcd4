const shortestSeason = 2;
const leastCorrelation = 0.5;
const nearlyBest = 0.9;
const peakWidth = 0.1;
/** Seasons longer than half of the sample have not been seen twice. */
const seasonsNeeded = 2;

/**
 * Number of values after which a series repeats itself, or undefined when it does not.
 *
 * Takes the shortest lag whose autocorrelation is at least 0.5, within 10 % of the best, and the largest within 10 % of
 * the lag: noise makes many small peaks on the way up to a real one.
 *
 * @param values shape [n]; up to n = 2,048 costs n²/2 multiplications
 * @source Box & Jenkins, "Time Series Analysis" (1970), §2.1.5 (autocorrelation estimate)
 */
export function seasonLength(values: readonly number[]): number | undefined {
  const longest = Math.floor(values.length / seasonsNeeded);
  const correlation = autocorrelation(withoutTrend(values), longest + 1);
  const at = (lag: number) => correlation[lag] ?? -1;
  const isPeak = (lag: number) => {
    const around = Math.ceil(peakWidth * lag);
    const nearby = correlation.slice(Math.max(1, lag - around), lag + around + 1);
    return at(lag) >= leastCorrelation && at(lag) > at(lag - 1) && at(lag) >= Math.max(...nearby);
  };
  const peaks = correlation.flatMap((_, lag) => (lag >= shortestSeason && lag <= longest && isPeak(lag) ? [lag] : []));
  const best = Math.max(...peaks.map(at), 0);
  return peaks.find((lag) => at(lag) >= nearlyBest * best);
}

/** Correlation of the series with itself `lag` values later, for lags 0 to `longest`, corrected for the shorter overlap. */
function autocorrelation(values: readonly number[], longest: number): number[] {
  const energy = values.reduce((sum, value) => sum + value * value, 0);
  if (energy === 0) return [];
  return Array.from({ length: longest + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < values.length; i += 1) sum += (values[i] ?? 0) * (values[i - lag] ?? 0);
    return (sum / energy) * (values.length / (values.length - lag));
  });
}

/** Residuals of the least-squares line. */
function withoutTrend(values: readonly number[]): number[] {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let covariance = 0;
  let variance = 0;
  values.forEach((value, i) => {
    covariance += (i - middle) * (value - mean);
    variance += (i - middle) ** 2;
  });
  const slope = variance === 0 ? 0 : covariance / variance;
  return values.map((value, i) => value - mean - slope * (i - middle));
}
