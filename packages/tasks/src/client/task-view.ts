import type { TaskRecord } from '../record/task-record.ts';
import { resultOf } from '../tail/task-result.ts';
import type { FullTaskSpec } from '../task-spec.ts';
import type { TaskSummary, TaskView } from '../tasks.ts';

/** A record as others may see it. */
export function viewOf(record: TaskRecord, spec: FullTaskSpec | undefined): TaskView {
  const { attempts, progress, route, error, not_before, held, updated_at } = record;
  const result = resultOf(record);
  return {
    ...summaryOf(record),
    attempts,
    updated_at,
    ...(spec === undefined ? {} : { spec }),
    ...(progress === undefined ? {} : { progress }),
    ...(route === undefined ? {} : { route }),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
    ...(not_before === undefined ? {} : { not_before }),
    ...(held === undefined ? {} : { held }),
  };
}

/** A record in a list. */
export function summaryOf(record: TaskRecord): TaskSummary {
  const { id, gen, type, domain, priority, state, queue, attempt, created_at } = record;
  const { started_at, finished_at, deadline_at } = record;
  return {
    id,
    gen,
    type,
    domain,
    priority,
    state,
    queue,
    attempt,
    created_at,
    ...(started_at === undefined ? {} : { started_at }),
    ...(finished_at === undefined ? {} : { finished_at }),
    ...(deadline_at === undefined ? {} : { deadline_at }),
  };
}
