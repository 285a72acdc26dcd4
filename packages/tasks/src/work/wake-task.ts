import { reach } from '#crash-points';
import { isFinal } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { wake } from '../record/transitions.ts';

/** Something a task may wait for has happened. One that runs learns of it when it comes to wait. */
export async function wakeTask(shelf: TaskShelf, id: string): Promise<undefined> {
  const { value: record } = await shelf.change(id, (now) => {
    const waits = now !== undefined && (now.state === 'waiting' || now.state === 'running');
    return waits ? wake(now, shelf.now()) : 'skip';
  });
  // Also when it was woken before, and a crash came between the wake and its message.
  if (record !== undefined && !isFinal(record) && record.state === 'queued' && record.seq === 0) {
    reach('wake.before_carrier');
    await shelf.carry(record);
  }
}
