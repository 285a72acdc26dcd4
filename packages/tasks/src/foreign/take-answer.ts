import { badRequest } from '@seedcore/protocol';
import type { Delivery } from '@seedcore/store';
import { defaultRetry, retryDelayMs } from '../record/retry-delay.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { type Claim, claim, failAttempt, holds, postpone, stamped, succeed, takeOver } from '../record/transitions.ts';
import { type Answered, readAnswer } from './answer.ts';
import { followUp } from './follow-up.ts';

/**
 * A worker without access to the records has an answer to a task: it is claimed in its name and ended, and the first
 * answer wins. One that nobody can read ends the task as a dead letter, because the message it was about is gone.
 *
 * @throws MeshError `bad_request` for what nobody can read, or is about no task
 */
export async function takeAnswer(shelf: TaskShelf, id: string, message: Pick<Delivery, 'body'>): Promise<undefined> {
  const said = readAnswer(message.body);
  const record = await apply(shelf, id, said);
  if (record === undefined) throw badRequest(`answer ${id}`, '', 'there is no such task');
  await followUp(shelf, record);
  if (said.end.how === 'unreadable') throw badRequest(`answer ${id}`, '', said.end.error.message);
}

/** Two changes, so that every attempt has its epoch; a crash in between is a lost attempt like any other. */
async function apply(shelf: TaskShelf, id: string, said: Answered): Promise<TaskRecord | undefined> {
  let own: Claim | undefined;
  const { value: begun, rev } = await shelf.change(id, (now) => {
    own = undefined;
    if (now === undefined || !awaits(now, said)) return 'skip';
    const by = { owner: said.worker, seq: now.seq, now: shelf.now() };
    const next = now.state === 'running' ? takeOver(now, by) : claim(now, by);
    if (!isFinal(next)) own = { gen: next.gen, n: next.attempt };
    return next;
  });
  const mine = own;
  if (begun === undefined || mine === undefined) return begun;
  shelf.announce(stamped(begun, rev), 'started');
  const { value } = await shelf.change(id, (now) =>
    now !== undefined && holds(now, mine) ? ended(now, said.end, shelf) : 'skip',
  );
  if (value?.state === 'retrying')
    shelf.announce(value, 'retrying', { delay_ms: value.attempts.at(-1)?.delay_ms ?? 0 });
  return value;
}

/**
 * True while the answer is to the message that is responsible for the task. One that runs has been delivered again, or the
 * worker that answers had it first: whoever runs it is too late, but for noise.
 */
function awaits({ state, carrier, owner }: TaskRecord, said: Answered): boolean {
  if (said.carrier !== undefined && said.carrier !== carrier) return false;
  if (state === 'running') return said.end.how !== 'unreadable' || owner === said.worker;
  return state === 'queued' || state === 'retrying';
}

function ended(record: TaskRecord, end: Answered['end'], shelf: TaskShelf): TaskRecord {
  const now = shelf.now();
  if (end.how === 'value') return succeed(record, { value: end.value, degraded: end.degraded, now });
  const attempts = Math.min(defaultRetry.attempts, record.spec?.hints.max_attempts ?? defaultRetry.attempts);
  const wait = { random: shelf.broker.random, retryAfterMs: end.how === 'error' ? end.retryAfterMs : 0 };
  const failed = failAttempt(record, {
    error: end.error,
    outcome: 'error',
    unserved: false,
    attempts,
    mostUnserved: attempts,
    delayMs: retryDelayMs(record.spent + 1, defaultRetry, wait),
    now,
  });
  // Its message has been acknowledged, or will be: another one comes when it is due.
  return failed.state === 'retrying' ? postpone(failed, now) : failed;
}
