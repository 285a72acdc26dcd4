import { type TaskHappening, type TaskView, taskRoute } from '@seedcore/contracts';
import { present } from './present.ts';
import { resultEnvelope } from './result-envelope.ts';
import type { TaskRecord } from './task-record.ts';

/** What to show beside the usual, and the wall clock for ages. */
export type ViewOptions = {
  readonly input: boolean;
  readonly history?: readonly Happening[] | undefined;
  readonly nowMs: number;
};
/** What is kept of something that happened; of an end more than is shown. */
type Happening = TaskHappening & { readonly id?: string; readonly end?: unknown };

/** A task as one sees it. */
export function taskView(task: TaskRecord, { input, history, nowMs }: ViewOptions): TaskView {
  const { id, gen, type, domain, state, attempt, queue, priority } = task;
  const { created_at, started_at, finished_at, deadline_at, not_before, error, held } = task;
  return present({
    ...{ id, gen, type, domain, state, attempt, queue, priority },
    ...{ created_at, started_at, finished_at, deadline_at, not_before, error, held },
    progress: task.progress && progressOf(task.progress, nowMs),
    route: taskRoute.safeParse(task.route).data,
    attempts: [...task.attempts],
    result: resultEnvelope(task),
    input: input ? task.spec : undefined,
    history: history?.map(({ id: _id, end: _end, ...shown }) => shown),
  });
}

function progressOf({ pct, note, at }: NonNullable<TaskRecord['progress']>, nowMs: number) {
  return present({ pct, note, age_ms: Math.max(0, nowMs - Date.parse(at)) });
}
