import type { Anomaly } from '@seedcore/contracts';

const THRESHOLD = 6;
/** Makes the median absolute deviation of normal data an estimate of the standard deviation. */
const CONSISTENCY = 1.4826;

/**
 * Values far from the median, measured in robust standard deviations: the stand-in for a detector that is away.
 *
 * @param series any length; null = missing
 * @returns values with |x − median| ÷ (1.4826·MAD) above 6; with a MAD of 0, every value that differs from the median,
 *   scored by its distance in units of the median (or of 1)
 * @source Iglewicz & Hoaglin, "How to Detect and Handle Outliers" (1993), with a stricter threshold
 */
export function robustAnomalies(series: readonly (number | null)[]): Anomaly[] {
  const known = series.filter((value) => value !== null);
  const centre = median(known);
  const spread = CONSISTENCY * median(known.map((value) => Math.abs(value - centre)));
  const unit = spread > 0 ? spread : Math.max(Math.abs(centre), 1) / (THRESHOLD * 10);
  return series.flatMap((value, index) => {
    const score = value === null ? 0 : Math.abs(value - centre) / unit;
    const stands = spread > 0 ? score > THRESHOLD : score > 0;
    return value !== null && stands ? [{ index, value, score, severity: severityOf(score / THRESHOLD) }] : [];
  });
}

/** How bad a score is, as a multiple of the threshold it crossed. */
export function severityOf(timesThreshold: number): Anomaly['severity'] {
  if (timesThreshold >= 2) return 'high';
  return timesThreshold >= 1.5 ? 'medium' : 'low';
}

/** The middle value; the mean of the two middle ones of an even number; 0 of none. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}
