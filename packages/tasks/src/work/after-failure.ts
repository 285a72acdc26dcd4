import type { Random } from '@seedcore/protocol';
import { LONGEST_NAK_MS } from '../record/decide.ts';
import { retryDelayMs, UNSERVED_WINDOWS_MS } from '../record/retry-delay.ts';
import type { TaskRecord } from '../record/task-record.ts';
import { failAttempt, postpone } from '../record/transitions.ts';
import type { TaskError } from '../task-spec.ts';
import type { RetryPolicy } from '../worker.ts';
import { isUnserved } from './task-error.ts';

/** Attempts of a task that names no number of its own which may find what they need away: about three minutes. */
const MAX_UNSERVED = 20;

/** Why an attempt ended without a result. */
export type Failure = {
  readonly error: TaskError;
  readonly outcome: 'error' | 'timeout';
  readonly retryAfterMs?: number | undefined;
};

type Surroundings = {
  readonly retry: RetryPolicy;
  readonly random: Random;
  /** The step it was in. */
  readonly step: string | undefined;
  readonly now: number;
};

/** The record after an attempt that failed: it is to be tried again after a while, or that was the last one. */
export function afterFailure(
  record: TaskRecord,
  { error, outcome, retryAfterMs }: Failure,
  { retry, random, step, now }: Surroundings,
): TaskRecord {
  const wish = record.spec?.hints.max_attempts;
  const attempts = Math.min(retry.attempts, wish ?? retry.attempts);
  const mostUnserved = wish ?? MAX_UNSERVED;
  const unserved = isUnserved(error);
  const wait = { random, retryAfterMs };
  const delayMs = unserved
    ? retryDelayMs(record.unserved + 1, { windowsMs: UNSERVED_WINDOWS_MS }, wait)
    : retryDelayMs(record.spent + 1, retry, wait);
  const failed = failAttempt(record, { error, outcome, unserved, attempts, mostUnserved, delayMs, step, now });
  return failed.state === 'retrying' && delayMs > LONGEST_NAK_MS ? postpone(failed, now) : failed;
}
