import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

/** What follows the record of a new generation; safe to repeat, and nothing once it was taken. */
export async function beginAgain(shelf: TaskShelf, record: TaskRecord): Promise<void> {
  await shelf.send(record);
  if (record.state === 'queued') shelf.announce(record, 'queued');
}
