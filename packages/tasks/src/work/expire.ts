import { CANCEL_GRACE_MS } from '../client/cancel.ts';
import { lifeEnd } from '../record/life-end.ts';
import { isFinal, type TaskRecord, timeOf } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { stop } from '../record/transitions.ts';
import { tail } from '../tail/tail.ts';

/**
 * The deadline of a task has passed: one that nobody runs ends at once; its owner has a moment to end it himself, then it
 * is taken from him. A task that has ended is left alone; so is one without a deadline, unless its longest life is over.
 */
export async function expire(shelf: TaskShelf, id: string): Promise<{ readonly againMs: number } | undefined> {
  let leftMs: number | undefined;
  const { value: record } = await shelf.change(id, (now) => {
    leftMs = now === undefined || isFinal(now) ? undefined : leftUntilEnd(now, shelf.now());
    if (now === undefined || leftMs !== 0) return 'skip';
    const ended = { ...now, deadline_at: now.deadline_at ?? timeOf(lifeEnd(now)) };
    return stop(ended, { as: 'expired', by: now.state === 'running' ? 'force' : 'nobody', now: shelf.now() });
  });
  if (leftMs !== undefined && leftMs > 0) return { againMs: leftMs };
  // Also when it had been ended here before, and a crash came between its end and what follows from it.
  if (record?.state === 'expired' && record.stopped_by !== 'owner') await tail(shelf, record);
  return undefined;
}

/** Time until the task has to end without its owner, in ms; undefined for one without a deadline whose life is not over. */
function leftUntilEnd(record: TaskRecord, now: number): number | undefined {
  const graceMs = record.state === 'running' ? CANCEL_GRACE_MS : 0;
  const leftMs = Math.max(0, lifeEnd(record) + graceMs - now);
  return record.deadline_at === undefined && leftMs > 0 ? undefined : leftMs;
}
