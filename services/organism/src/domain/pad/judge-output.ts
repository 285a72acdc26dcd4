import type { PadDiagnosis } from '@seedcore/contracts';
import { diagnose, limitsAt, type PadLimits, type PadScore } from './pad-limits.ts';

/** Segments from which on a run is judged whatever its age, and the age from which on fewer are enough, in ms. */
const WARM_SEGMENTS = 8;
const WARM_AGE_MS = 30_000;
/** Segments below which nothing is judged. */
const LEAST_SEGMENTS = 3;
/** Counted samples looked back on, and how many of them have to be unhealthy. */
const REMEMBERED_SAMPLES = 5;
const WARN_AT = 2;
const KILL_AT = 3;

/** How far a run is: its age in ms, and how many segments it has told since its beginning. */
export type PadProgress = { readonly ageMs: number; readonly segments: number };

/** The score of a window whose newest segment has the number `segments`. */
export type PadSample = PadProgress & { readonly score: PadScore };

/** A sample that counted, by the number of its newest segment. */
type Counted = { readonly segment: number; readonly diagnosis: PadDiagnosis | undefined };

/**
 * What is known of the output of one run.
 *
 * 1. A sample counts once the run has 8 segments or is 30 s old, has 3 segments, and has told one more since the last that
 *    counted: the same output, however often it is looked at, is one sample.
 * 2. Two unhealthy ones of the last five warn, once until there are fewer again; three end the run, once and for all.
 */
export type PadJudgement = {
  readonly state: 'calm' | 'warned' | 'ended';
  /** The last five, oldest first. */
  readonly counted: readonly Counted[];
};

/** Nothing is known yet. */
export const unjudged: PadJudgement = { state: 'calm', counted: [] };

/** What is to be done about a run, why, and the numbers of the segments that show it, oldest first. */
export type PadFinding = {
  readonly act: 'warn' | 'kill';
  readonly diagnosis: PadDiagnosis;
  readonly score: PadScore;
  readonly evidence: readonly number[];
};

/** What a sample came to. */
export type Judged = {
  readonly judgement: PadJudgement;
  readonly verdict: 'uncounted' | 'healthy' | PadDiagnosis;
  readonly finding?: PadFinding;
};

/** Whether a sample taken now would count: if not, there is no need for a score. */
export function wouldCount({ state, counted }: PadJudgement, { ageMs, segments }: PadProgress): boolean {
  if (state === 'ended' || segments < LEAST_SEGMENTS) return false;
  if (segments < WARM_SEGMENTS && ageMs < WARM_AGE_MS) return false;
  return segments > (counted.at(-1)?.segment ?? 0);
}

/** Takes one sample; where no score could be had there is none to take. */
export function judgeOutput(before: PadJudgement, sample: PadSample, limits: PadLimits): Judged {
  if (!wouldCount(before, sample)) return { judgement: before, verdict: 'uncounted' };
  const { score, segments } = sample;
  const diagnosis = diagnose(score, limitsAt(limits, sample.ageMs));
  const counted = [...before.counted, { segment: segments, diagnosis }].slice(-REMEMBERED_SAMPLES);
  const evidence = counted.filter((one) => one.diagnosis !== undefined).map(({ segment }) => segment);
  const state = stateFor(evidence.length);
  const judged = { judgement: { state, counted }, verdict: diagnosis ?? 'healthy' } as const;
  if (diagnosis === undefined || state === 'calm' || state === before.state) return judged;
  return { ...judged, finding: { act: state === 'ended' ? 'kill' : 'warn', diagnosis, score, evidence } };
}

function stateFor(unhealthy: number): PadJudgement['state'] {
  if (unhealthy >= KILL_AT) return 'ended';
  return unhealthy >= WARN_AT ? 'warned' : 'calm';
}
