import { outcome, type ResultEnvelope, triageReport } from '@seedcore/contracts';
import type { TaskEnd, TaskRecord } from './task-record.ts';

/** The result of a task in the form that is the same for all ways it can go; undefined while it has none. */
export function resultEnvelope(task: TaskRecord): ResultEnvelope | undefined {
  const { result } = task;
  if (result === undefined) return undefined;
  return {
    version: '2',
    ...(result.state === 'succeeded' ? successOf(result) : errorOf(task, result)),
    task_id: task.id,
    gen: task.gen,
    ...(result.degraded && { degraded: result.degraded }),
    metadata: { path: pathOf(task), ...timesOf(task) },
  };
}

type Ending = Pick<ResultEnvelope, 'kind' | 'success' | 'payload' | 'error'>;

function successOf({ value }: TaskEnd): Ending {
  const run = outcome.safeParse(value);
  if (run.success) {
    const { organ_id, agent_id, skill, result, quality } = run.data;
    return { kind: 'fast_path', success: true, payload: { organ_id, agent_id, skill, result, quality } };
  }
  const triage = triageReport.safeParse(value);
  return { kind: triage.success ? 'triage' : 'fast_path', success: true, payload: value };
}

function errorOf({ attempts }: TaskRecord, { state, error }: TaskEnd): Ending {
  const why = error ?? { code: state, message: `the task is ${state}`, retryable: false };
  return { kind: 'error', success: false, error: { ...why, attempts: [...attempts] } };
}

/** Queues a task passed: every routed one came in through `general`. */
function pathOf({ queue, route }: TaskRecord): string {
  return route === undefined ? queue : `general → ${queue}`;
}

function timesOf({ created_at, started_at, finished_at }: TaskRecord): { wait_ms: number; run_ms: number } {
  const created = Date.parse(created_at);
  const finished = Date.parse(finished_at ?? created_at);
  const started = started_at === undefined ? finished : Date.parse(started_at);
  return { wait_ms: Math.max(0, started - created), run_ms: Math.max(0, finished - started) };
}
