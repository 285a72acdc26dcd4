import { type organism, outcome, type RunHints, type RunTask } from '@seedcore/contracts';
import {
  type Call,
  type Clock,
  fail,
  formatTraceparent,
  isRecord,
  type Json,
  MeshError,
  ok,
  type Reply,
  validate,
} from '@seedcore/protocol';
import type { TaskResult, Tasks } from '@seedcore/tasks';
import { attemptsAsHistory } from './attempts-as-history.ts';

/** Time kept back for the answer, in ms. */
const RESERVE_MS = 250;

/** What a queued run stands on. */
export type QueuedPorts = {
  readonly tasks: Pick<Tasks, 'submit' | 'wait' | 'get' | 'cancel'>;
  readonly clock: Clock;
  readonly warn: (message: string, facts: object) => void;
};

/** A task for a queue, that of an organ or of a skill with workers, and the call that waits for it. */
export type Queued = {
  readonly queue: string;
  readonly task: RunTask & { readonly id: string };
  readonly hints: RunHints;
  readonly call: Call;
};

type RunReply = Reply<typeof organism.endpoints.handle_task>;

/**
 * Puts a task into the queue of its organ and waits: a repeat with the same id joins it or gets its stored outcome,
 * whoever runs it. What was put there for this call goes with it.
 */
export async function runQueued(run: Queued, ports: QueuedPorts): Promise<RunReply> {
  const { queue, task, call } = run;
  const { tasks } = ports;
  const options = { queue, traceparent: formatTraceparent(call.trace) };
  const submitted = await tasks.submit(specOf(run, ports.clock), options);
  if (!submitted.ok) return fail('conflict', { id: task.id });
  const { gen, duplicate } = submitted.value;
  try {
    const timeoutMs = Math.max(1, call.left() - RESERVE_MS);
    const result = await tasks.wait(task.id, { timeoutMs, gen, signal: call.signal });
    if (result !== undefined) return await replyTo(run, result, ports);
    throw new MeshError('deadline_exceeded', { target: queue, traceId: call.trace.traceId });
  } catch (cause) {
    if (!duplicate) giveUp(task.id, ports);
    throw cause;
  }
}

function specOf({ task, hints, call }: Queued, clock: Clock) {
  const until = clock.wallMs() + call.left();
  const given = task.deadline_at === undefined ? until : Math.min(until, Date.parse(task.deadline_at));
  // What a caller sends is JSON already; the contract says so only for the outer object.
  const params = task.params as Record<string, Json>;
  return { ...task, params, deadline_at: new Date(given).toISOString(), hints: queueHints(hints) };
}

function queueHints({ max_runs, min_capability, affinity }: RunHints) {
  return { max_attempts: max_runs, min_capability, ...(affinity === undefined ? {} : { affinity }) };
}

function giveUp(id: string, { tasks, warn }: QueuedPorts): void {
  tasks
    .cancel(id, { reason: 'the caller has gone' })
    .catch((cause: unknown) => warn('a task outlives its caller', { id, cause }));
}

async function replyTo({ task }: Queued, result: TaskResult, { tasks }: QueuedPorts): Promise<RunReply> {
  const error = result.error ?? { code: result.state, message: `the task is ${result.state}`, retryable: false };
  if (result.state === 'cancelled') throw new MeshError('cancelled', { target: 'organism', message: error.message });
  if (result.state === 'expired') throw new MeshError('deadline_exceeded', { target: 'organism' });
  if (result.state === 'succeeded') return succeeded(task, result);
  if (!error.retryable) return failed(task, error);
  const history = attemptsAsHistory((await tasks.get(task.id))?.attempts ?? []);
  return fail('attempts_exhausted', { task_id: task.id, history, last: error });
}

function succeeded({ id }: RunTask & { id: string }, { value, degraded }: TaskResult): RunReply {
  const checked = validate(outcome, value);
  if (checked.ok) return ok(checked.value, degraded);
  throw new MeshError('bad_reply', { target: 'organism', message: `task ${id} was not run by an organ` });
}

function failed(task: RunTask, error: { code: string; message: string; details?: unknown }): RunReply {
  const { code, message, details } = error;
  const known = isRecord(details) ? details : {};
  const why = typeof known['message'] === 'string' ? known['message'] : code;
  const data = known['data'] === undefined ? {} : { data: known['data'] };
  return fail('skill_failed', { skill: task.type, code, message: details === undefined ? message : why, ...data });
}
