import { badInput, badRequest, fail, MeshError, ok, name as queueName, ulid, validate } from '@seedcore/protocol';
import { MAX_OBJECT_BYTES } from '@seedcore/store';
import { reach } from '#crash-points';
import { LATEST_MS } from '../assets.ts';
import { accept, hashOf, keyedId } from '../record/accept.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { type FullTaskSpec, type TaskSpec, taskSpec } from '../task-spec.ts';
import type { Answer, SubmitOptions, Submitted } from '../tasks.ts';

const TARGET = 'submit';
/** It need not be begun when there is no room for it. */
const NEW_WORK = { waitForRoom: false } as const;
/** Longest way ahead a deadline may lie, from the start of the task on, in ms. */
const MAX_AHEAD_MS = 7 * 86_400_000;

/**
 * Takes a task. The record comes first, because it is the claim on the id; then the message that carries the task into
 * its queue. Whoever submits again after a crash in between finds the record and sends the message.
 */
export async function submit(
  shelf: TaskShelf,
  given: TaskSpec,
  options: SubmitOptions = {},
): Promise<Answer<Submitted, 'conflict'>> {
  const queue = checkedQueue(options.queue ?? 'general');
  const spec = checked(given);
  await shelf.ready();
  const { clock, random } = shelf.broker;
  const id =
    spec.id ?? (spec.idempotency_key === undefined ? ulid(clock, random) : keyedId(queue, spec.idempotency_key));
  checkTimes(spec, shelf.now());
  const wanted = accept(spec, { id, queue, now: shelf.now(), traceparent: options.traceparent });
  await shelf.keepInput(wanted, spec, NEW_WORK);
  reach('submit.before_record');
  const { value: record, created } = await shelf.create(wanted, NEW_WORK);
  if (!created && record.hash !== hashOf(spec)) return fail('conflict', { id });
  reach('submit.before_carrier');
  await sent(shelf, record);
  if (created) shelf.announce(record, 'queued');
  return ok({ id, gen: record.gen, state: record.state, duplicate: !created });
}

/** @throws MeshError `timeout`: the task is taken, and whoever submits it again, or the housekeeper, sends its message */
async function sent(shelf: TaskShelf, record: TaskRecord): Promise<void> {
  try {
    await shelf.send(record);
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    const message = `task ${record.id} is taken, and its message could not be sent yet: ${error.code}`;
    throw new MeshError('timeout', { target: TARGET, message, cause: error });
  }
}

/** @throws MeshError `bad_request` naming the field */
function checked(given: TaskSpec): FullTaskSpec {
  const result = validate(taskSpec, given);
  if (!result.ok) throw badInput(TARGET, result.problems);
  const bytes = Buffer.byteLength(JSON.stringify(result.value));
  if (bytes > MAX_OBJECT_BYTES)
    throw badRequest(TARGET, '/params', `a task of ${bytes} bytes is larger than ${MAX_OBJECT_BYTES}`);
  return result.value;
}

/** @throws MeshError `bad_request` for a time after which the record would be gone, or at which nothing can start any more */
function checkTimes({ deadline_at: deadline, run_after: after }: FullTaskSpec, now: number): void {
  const start = after === undefined ? now : Math.max(now, Date.parse(after));
  if (start - now > LATEST_MS) throw badRequest(TARGET, '/run_after', 'is more than ninety days ahead');
  if (deadline === undefined) return;
  const left = Date.parse(deadline) - start;
  if (left > MAX_AHEAD_MS) throw badRequest(TARGET, '/deadline_at', 'is more than seven days after the start');
  if (after !== undefined && left <= 0) throw badRequest(TARGET, '/deadline_at', 'is not after run_after');
}

/** @throws MeshError `bad_request` unless `queue` may name one */
export function checkedQueue(queue: string): string {
  if (!queueName.safeParse(queue).success)
    throw badRequest(TARGET, '/queue', `"${queue.slice(0, 64)}" cannot name a queue`);
  return queue;
}
