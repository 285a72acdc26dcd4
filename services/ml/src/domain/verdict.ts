import type { Tail } from './tail-threshold.ts';

/** What the detector thinks of one value. */
export type Verdict = {
  readonly value: number;
  /** In units of the data. */
  readonly expected: number;
  /** What `expected` was read from, in words. */
  readonly basis: string;
  /** Distance from `expected` in robust standard deviations, ≥ 0, finite. */
  readonly score: number;
  /** The score an ordinary value stays below. */
  readonly threshold: number;
};

/** A guess at a value and where it comes from. */
export type Expectation = { readonly expected: number; readonly basis: string };

const highestScore = 1e6;

/** Measures how far a value lies from what was expected. */
export function verdictOf(value: number, expectation: Expectation, { sigma, threshold }: Tail): Verdict {
  const score = Math.min(Math.abs(value - expectation.expected) / sigma, highestScore);
  return { value, ...expectation, score, threshold };
}

/** Whether the value lies beyond what an ordinary one would. */
export function isAnomalous(verdict: Verdict): boolean {
  return verdict.score > verdict.threshold;
}
