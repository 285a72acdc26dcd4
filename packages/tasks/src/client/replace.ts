import { badRequest, fail, isToken, ok } from '@seedcore/protocol';
import { defaultRetry, retryDelayMs } from '../record/retry-delay.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { replace as replaced, stamped, stop } from '../record/transitions.ts';
import { tail } from '../tail/tail.ts';
import type { TaskState } from '../task-spec.ts';
import type { Answer } from '../tasks.ts';
import type { RetryPolicy } from '../worker.ts';

/** Largest correction, in bytes of JSON. */
const MAX_CORRECTION_BYTES = 2048;
/** Longest reason, in characters. */
const MAX_REASON = 200;

/** Which attempt is ended, why, and what the next one shall know. */
export type Replace = {
  readonly id: string;
  /** Of the attempt the verdict rests on: another one is left alone. */
  readonly epoch: number;
  readonly reason: string;
  /** For the next attempt only, JSON of 2 KiB at most. */
  readonly correction?: unknown;
  /** `timeout` when its time was over, `expired` when that of its task was; `killed` is the default. */
  readonly as?: 'killed' | 'timeout' | 'expired' | undefined;
  /** No other attempt follows, however many are left. */
  readonly final?: boolean | undefined;
  /** Why, in one word: kept with the error of the attempt as `details.kind`. */
  readonly kind?: string | undefined;
  /** The policy of its queue, where that is not the usual one. */
  readonly retry?: Partial<RetryPolicy> | undefined;
};

/** What became of a task whose attempt was ended, or why it was left alone. */
export type Replaced = Answer<
  { readonly id: string; readonly gen: number; readonly state: TaskState; readonly next_in_ms?: number },
  'unknown_task' | 'already_final' | 'fenced',
  { readonly id: string; readonly state?: TaskState; readonly epoch?: number }
>;

/**
 * Ends the running attempt in the record at once, and lets another one follow after the usual pause while attempts are
 * left: fence first, then stop. Its owner is told; whatever it still brings changes nothing.
 *
 * @throws MeshError `bad_request` naming the field
 */
export async function replace(shelf: TaskShelf, request: Replace): Promise<Replaced> {
  const { id, epoch, correction } = request;
  const bytes = Buffer.byteLength(JSON.stringify(correction) ?? '');
  if (bytes > MAX_CORRECTION_BYTES)
    throw badRequest('replace', '/correction', `has ${bytes} bytes, more than ${MAX_CORRECTION_BYTES}`);
  if (!isToken(id)) return fail('unknown_task', { id });
  await shelf.ready();
  let won = false;
  const { value: record, rev } = await shelf.change(id, (now) => {
    won = now !== undefined && now.state === 'running' && now.epoch === epoch && mayEnd(now, request, shelf.now());
    return now === undefined || !won ? 'skip' : next(shelf, now, request);
  });
  if (record === undefined) return fail('unknown_task', { id });
  if (!won) return refused(stamped(record, rev));
  shelf.publish(shelf.subjects.cancel(id), { reason: request.reason.slice(0, MAX_REASON) });
  if (isFinal(record)) await tail(shelf, record, rev);
  else await shelf.carry(record);
  const delayMs = isFinal(record) ? undefined : record.attempts.at(-1)?.delay_ms;
  if (delayMs !== undefined) shelf.announce(record, 'retrying', { delay_ms: delayMs });
  const { gen, state } = record;
  return ok({ id, gen, state, ...(delayMs === undefined ? {} : { next_in_ms: delayMs }) });
}

/** The time of a task is over at its deadline, not before. */
function mayEnd({ deadline_at: deadline }: TaskRecord, { as }: Replace, now: number): boolean {
  return as !== 'expired' || (deadline !== undefined && Date.parse(deadline) <= now);
}

function next(shelf: TaskShelf, record: TaskRecord, request: Replace): TaskRecord {
  const { reason, as = 'killed', retry, correction, final = false, kind } = request;
  if (as === 'expired') return stop(record, { as, by: 'force', now: shelf.now() });
  const policy = { ...defaultRetry, ...retry };
  const attempts = Math.min(policy.attempts, record.spec?.hints.max_attempts ?? policy.attempts);
  const { random } = shelf.broker;
  const details = kind === undefined ? {} : { details: { kind } };
  const error = { code: as, message: reason.slice(0, MAX_REASON), retryable: !final, ...details };
  const delayMs = retryDelayMs(record.spent + 1, policy, { random });
  const how = { error, outcome: as, unserved: false, attempts, mostUnserved: Number.POSITIVE_INFINITY, delayMs };
  return replaced(record, { ...how, now: shelf.now() }, correction);
}

function refused(record: TaskRecord): Replaced {
  const { id, state, epoch } = record;
  return isFinal(record) ? fail('already_final', { id, state }) : fail('fenced', { id, state, epoch });
}
