import { CANCEL_GRACE_MS } from '../client/cancel.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { stop } from '../record/transitions.ts';
import { tail } from '../tail/tail.ts';

/**
 * The deadline of a task has passed: one that nobody runs ends at once; its owner has a moment to end it himself, then it
 * is taken from him. A task that has ended, or has no deadline any more, is left alone.
 */
export async function expire(shelf: TaskShelf, id: string): Promise<{ readonly againMs: number } | undefined> {
  let leftMs: number | undefined;
  const { value: record } = await shelf.change(id, (now) => {
    leftMs = now === undefined || isFinal(now) ? undefined : leftUntilEnd(now, shelf.now());
    if (now === undefined || leftMs !== 0) return 'skip';
    return stop(now, { as: 'expired', by: now.state === 'running' ? 'force' : 'nobody', now: shelf.now() });
  });
  if (leftMs !== undefined && leftMs > 0) return { againMs: leftMs };
  // Also when it had been ended here before, and a crash came between its end and what follows from it.
  if (record?.state === 'expired' && record.stopped_by !== 'owner') await tail(shelf, record);
  return undefined;
}

/** Time until the task has to end without its owner, in ms. */
function leftUntilEnd({ deadline_at: deadline, state }: TaskRecord, now: number): number | undefined {
  if (deadline === undefined) return undefined;
  const graceMs = state === 'running' ? CANCEL_GRACE_MS : 0;
  return Math.max(0, Date.parse(deadline) + graceMs - now);
}
