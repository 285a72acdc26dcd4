import { fail, ok } from '@seedcore/protocol';
import { reach } from '#crash-points';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { stop, wishCancel } from '../record/transitions.ts';
import { tail } from '../tail/tail.ts';
import { finalState } from '../tail/task-result.ts';
import type { FinalState } from '../task-spec.ts';
import type { Answer } from '../tasks.ts';
import { wait } from './wait.ts';

/** The owner of a running attempt has this long to give it up, in ms. */
export const CANCEL_GRACE_MS = 5000;

/** How a cancellation ended. */
export type Cancelled = Answer<
  { readonly id: string; readonly state: FinalState; readonly stopped_by: 'nobody' | 'owner' | 'force' },
  'unknown_task' | 'already_final',
  { readonly id: string; readonly state?: FinalState }
>;

/** Ends a task: at once when nobody runs it, by its owner when somebody does, over the owner's head after the grace. */
export async function cancel(
  shelf: TaskShelf,
  id: string,
  options: { readonly reason: string; readonly waitMs: number },
): Promise<Cancelled> {
  await shelf.ready();
  const reason = options.reason.slice(0, 200);
  const { value: record } = await shelf.change(id, (now) => {
    if (now === undefined || isFinal(now)) return 'skip';
    const wished = wishCancel(now, reason, shelf.now());
    return now.state === 'running' ? wished : stop(wished, { as: 'cancelled', by: 'nobody', now: shelf.now() });
  });
  if (record === undefined) return fail('unknown_task', { id });
  if (isFinal(record)) {
    // Also when it had been cancelled before: whoever did may have died on the way.
    if (record.state === 'cancelled') await tail(shelf, record);
    return answer(record, reason);
  }
  for (const child of record.children) await cancel(shelf, child, { reason, waitMs: 0 });
  return stopOwner(shelf, record, { reason, waitMs: options.waitMs });
}

async function stopOwner(
  shelf: TaskShelf,
  record: TaskRecord,
  options: { readonly reason: string; readonly waitMs: number },
): Promise<Cancelled> {
  const { id, gen } = record;
  reach('cancel.before_broadcast');
  shelf.publish(shelf.subjects.cancel(id), { reason: options.reason });
  const timeoutMs = Math.min(CANCEL_GRACE_MS, Math.max(0, options.waitMs));
  await wait(shelf, { id, gen, timeoutMs });
  const { value: ended } = await shelf.change(id, (now) =>
    now === undefined || isFinal(now) || now.gen !== gen
      ? 'skip'
      : stop(now, { as: 'cancelled', by: now.state === 'running' ? 'force' : 'nobody', now: shelf.now() }),
  );
  if (ended === undefined) return fail('unknown_task', { id });
  await tail(shelf, ended);
  return answer(ended, options.reason);
}

/** The same wish again gets the first answer. */
function answer(record: TaskRecord, reason: string): Cancelled {
  const { id } = record;
  const state = finalState(record);
  if (state === 'cancelled' && record.reason === reason)
    return ok({ id, state, stopped_by: record.stopped_by ?? 'nobody' });
  return fail('already_final', state === undefined ? { id } : { id, state });
}
