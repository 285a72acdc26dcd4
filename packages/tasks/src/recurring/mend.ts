import { jsonBytes, type TaskShelf } from '../record/task-shelf.ts';
import { MAX_SCHEDULES } from './schedule.ts';
import { type ScheduleRecord, scheduleKey } from './schedule-record.ts';

/** A timer this late, in ms, is taken for lost. */
const LOST_AFTER_MS = 5000;

/**
 * The second look at timers of schedules: has those looked at whose timer should have come. That a timer was only slow does
 * no harm, and a message that waits already is not sent again for ten minutes.
 *
 * @returns names of those it did so for
 */
export async function mendSchedules(shelf: TaskShelf): Promise<readonly string[]> {
  const { items } = await shelf.schedules.list(scheduleKey(''), { limit: MAX_SCHEDULES });
  const late = items
    .map(({ value }) => value)
    .filter(({ look_at }) => shelf.now() - Date.parse(look_at) > LOST_AFTER_MS);
  for (const record of late) await send(shelf, record);
  return late.map(({ name }) => name);
}

async function send({ broker, subjects }: TaskShelf, { name, n }: ScheduleRecord): Promise<void> {
  const messageId = `${name}.cron.${n}`;
  await broker.write(subjects.system('normal', name, 'cron'), jsonBytes({ name, n }), { messageId });
}
