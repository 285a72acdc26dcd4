import { MeshError } from '@seedcore/protocol';
import { jsonBytes, type TaskShelf } from '../record/task-shelf.ts';
import { type ScheduleRecord, scheduleKey } from './schedule-record.ts';

/** A schedule that changes so often while its timer is armed is left to whoever changes it. */
const TRIES = 5;

/**
 * Sees to it that the broker holds the timer of a schedule, for the time that its record says. The record is looked at once
 * more afterwards: of several that arm it, the last one has seen the newest record.
 */
export async function arm(shelf: TaskShelf, name: string): Promise<void> {
  const key = scheduleKey(name);
  let seen = await shelf.schedules.get(key, { fresh: true });
  for (let tries = 0; tries < TRIES; tries++) {
    if (seen === undefined) return;
    await armAt(shelf, seen.value);
    const { rev } = seen;
    seen = await shelf.schedules.get(key, { fresh: true });
    if (seen?.rev === rev) return;
  }
  throw new MeshError('unavailable', { target: key, message: `${key}: kept changing while its timer was armed` });
}

/** A later timer of the same subject takes the place of the one before. */
async function armAt(shelf: TaskShelf, { name, n, look_at }: ScheduleRecord): Promise<void> {
  const { broker, subjects } = shelf;
  const due = { at: new Date(look_at), target: subjects.system('normal', name, 'cron') };
  await broker.write(subjects.timer(name, 'cron'), jsonBytes({ name, n }), { due });
}
