import { isAnomalous, type Verdict } from './verdict.ts';

/** Where an anomaly begins, and why it is one. */
export type AnomalousPoint = {
  readonly index: number;
  readonly value: number;
  readonly score: number;
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  readonly expected: number;
  readonly severity: 'low' | 'medium' | 'high';
  readonly explanation: string;
};

const mediumFrom = 1.25;
const highFrom = 2;

/**
 * The anomalies among verdicts: of strange values in a row on one side, the first stands for all.
 *
 * @param verdicts in time order; undefined = not judged
 * @param indexOf where the value of a verdict stands in the caller's series
 * @returns in order of that index
 */
export function anomaliesAmong(
  verdicts: readonly (Verdict | undefined)[],
  indexOf: (at: number) => number,
): AnomalousPoint[] {
  const points: AnomalousPoint[] = [];
  let side: 'above' | 'below' | undefined;
  verdicts.forEach((verdict, at) => {
    if (!verdict) return;
    const next = isAnomalous(verdict) ? directionOf(verdict) : undefined;
    if (next && next !== side) points.push(pointOf(verdict, indexOf(at)));
    side = next;
  });
  return points.sort((left, right) => left.index - right.index);
}

function pointOf(verdict: Verdict, index: number): AnomalousPoint {
  const { value, score, threshold, expected } = verdict;
  const facts = { index, value, score, threshold, expected };
  return { ...facts, direction: directionOf(verdict), severity: severityOf(verdict), explanation: explain(verdict) };
}

function directionOf({ value, expected }: Verdict): 'above' | 'below' {
  return value > expected ? 'above' : 'below';
}

function severityOf({ score, threshold }: Verdict): AnomalousPoint['severity'] {
  if (score >= highFrom * threshold) return 'high';
  return score >= mediumFrom * threshold ? 'medium' : 'low';
}

function explain(verdict: Verdict): string {
  const { value, expected, basis, score, threshold } = verdict;
  const distance = `${figure(score)} robust standard deviations ${directionOf(verdict)}`;
  return `${figure(value)} is ${distance} the ${figure(expected)} expected from ${basis}; ordinary values stay within ${figure(threshold)}`;
}

function figure(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
