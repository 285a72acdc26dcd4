import { publishedName } from '../record/accept.ts';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { tail } from '../tail/tail.ts';

/** What has to follow a record that somebody else wrote: its result, or the message that moves it on. Safe to repeat. */
export async function followUp(shelf: TaskShelf, record: TaskRecord): Promise<void> {
  if (isFinal(record)) {
    await tail(shelf, record);
    return shelf.ended(record, undefined);
  }
  if (record.state === 'running' || record.carrier === publishedName(record.seq)) return;
  if (record.seq === 0) await shelf.armDeadline(record);
  await shelf.carry(record);
}
