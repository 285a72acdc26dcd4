import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { FullTaskSpec } from '../task-spec.ts';

/** What follows the record of a new generation; safe to repeat, and nothing once it was taken. */
export async function beginAgain(shelf: TaskShelf, record: TaskRecord, spec: FullTaskSpec): Promise<void> {
  if (record.state !== 'queued') return;
  await shelf.keepInput(record, spec);
  await shelf.armDeadline(record);
  await shelf.carry(record);
  shelf.announce(record, 'queued');
}
