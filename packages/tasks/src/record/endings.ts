import type { Attempt, DeadReason, TaskError } from '../task-spec.ts';
import { isFinal, type TaskRecord, timeOf } from './task-record.ts';

/** How an attempt ends. */
export type Ending = NonNullable<Attempt['outcome']>;

/** Ends a task as a dead letter. */
export function dead(record: TaskRecord, reason: DeadReason, now: number): TaskRecord {
  return { ...final(record, 'failed', now), dead: reason };
}

/** Ends a task, unless it has ended. */
export function final(record: TaskRecord, state: TaskRecord['state'], now: number): TaskRecord {
  if (isFinal(record)) return record;
  const { owner: _, not_before: __, ...rest } = record;
  return { ...rest, state, finished_at: timeOf(now), updated_at: timeOf(now) };
}

/** Ends the attempt that runs. */
export function closed(record: TaskRecord, outcome: Ending, now: number, error?: TaskError): TaskRecord {
  const { owner: _, ...rest } = record;
  const end = { outcome, ended_at: timeOf(now), ...(error === undefined ? {} : { error }) };
  return { ...rest, attempts: withLast(record.attempts, end) };
}

/** The attempts with a change of the newest. */
export function withLast(attempts: readonly Attempt[], change: Partial<Attempt>): Attempt[] {
  const last = attempts.at(-1);
  return last === undefined ? [] : [...attempts.slice(0, -1), { ...last, ...change }];
}
