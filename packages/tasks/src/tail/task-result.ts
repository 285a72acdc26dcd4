import type { TaskRecord } from '../record/task-record.ts';
import type { FinalState, TaskResult } from '../task-spec.ts';

/** The result of a record, once it is final. */
export function resultOf(record: TaskRecord): TaskResult | undefined {
  const state = finalState(record);
  if (state === undefined) return undefined;
  const { id, gen, type, value, value_ref, error, degraded, created_at, started_at, finished_at } = record;
  return {
    id,
    gen,
    type,
    state,
    attempts: countedAttempts(record),
    created_at,
    finished_at: finished_at ?? record.updated_at,
    ...(value === undefined ? {} : { value }),
    ...(value_ref === undefined ? {} : { value_ref }),
    ...(error === undefined ? {} : { error }),
    ...(degraded === undefined ? {} : { degraded }),
    ...(started_at === undefined ? {} : { started_at }),
  };
}

/** Attempts that were made at the task's work: those that ended to wait are parts of one. */
export const countedAttempts = ({ attempt, parks }: Pick<TaskRecord, 'attempt' | 'parks'>): number => attempt - parks;

/** The state of a record, if it is final. */
export function finalState({ state }: Pick<TaskRecord, 'state'>): FinalState | undefined {
  const final = state === 'succeeded' || state === 'failed' || state === 'cancelled' || state === 'expired';
  return final ? state : undefined;
}
