import { type Lease, type Objects, StoreError } from '@seedcore/store';
import { findLetter } from '../client/find-letter.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

/** Time between two sweeps, in ms. */
export const SWEEP_MS = 600_000;
/** Younger objects are left alone, in ms: their record may not be written yet. */
const YOUNG_MS = 3_600_000;
/** Objects looked at in one sweep. */
const MOST = 1000;

/** Removes large values whose task is gone: its record, and the letter that could give it another life. */
export async function sweep(shelf: TaskShelf, objects: Objects, lease: Pick<Lease, 'check'>): Promise<number> {
  const kept = await objects.some(MOST);
  const gone = new Map<string, boolean>();
  let removed = 0;
  for (const { name } of kept.filter((one) => one.at.getTime() < shelf.now() - YOUNG_MS)) {
    const [id = ''] = name.split('.');
    const isOver = gone.get(id) ?? (await isGone(shelf, id));
    gone.set(id, isOver);
    if (!isOver) continue;
    lease.check();
    await objects.remove(name);
    removed += 1;
  }
  return removed;
}

async function isGone(shelf: TaskShelf, id: string): Promise<boolean> {
  try {
    return (await shelf.read(id)) === undefined && (await findLetter(shelf, id)) === undefined;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt_record') return false;
    throw error;
  }
}
