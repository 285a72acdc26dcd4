import { badRequest, canonicalJson } from '@seedcore/protocol';
import { timeOf } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { looked } from './advance.ts';
import { arm } from './arm.ts';
import { plannedTimes } from './planned-times.ts';
import { checkedDefinition, checkScheduleName, type Definition, type ScheduleOptions } from './schedule-options.ts';
import { type ScheduleRecord, scheduleKey } from './schedule-record.ts';

/** Most schedules of a mesh; those made at the same instant may be a few more. */
export const MAX_SCHEDULES = 1000;
const SECOND_MS = 1000;

/** Recurring work as its record tells it; `waiting` are times whose runs are still to begin. */
export type Schedule = Omit<ScheduleRecord, 'n' | 'look_at'>;

/** Every schedule, by name, and the names of those that nobody can read. */
export type Schedules = { readonly items: readonly Schedule[]; readonly corrupt: readonly string[] };

/**
 * Has a task recur. Said again it changes nothing, not even a time that is overdue; said otherwise it holds from now on.
 *
 * @throws MeshError `bad_request` naming the field
 */
export async function schedule(shelf: TaskShelf, name: string, given: ScheduleOptions): Promise<Schedule> {
  const wanted = checkedDefinition(name, given);
  await shelf.ready();
  const key = scheduleKey(name);
  const before = await shelf.schedules.get(key, { fresh: true });
  if (before === undefined) await checkRoom(shelf);
  const { value: record } = await shelf.schedules.update(key, (now) => {
    const next = defined(now, wanted, shelf.now());
    return next === now ? 'skip' : next;
  });
  await arm(shelf, name);
  return viewOf(record ?? defined(undefined, wanted, shelf.now()));
}

/** Nothing of it begins any more; what has begun goes on. False when there was none of that name. */
export async function unschedule(shelf: TaskShelf, name: string): Promise<boolean> {
  checkScheduleName(name);
  await shelf.ready();
  // Its timer stays and, when it comes, finds nothing.
  const { outcome } = await shelf.schedules.update(scheduleKey(name), () => 'remove');
  return outcome === 'removed';
}

/** Every schedule, by name. */
export async function schedules(shelf: TaskShelf): Promise<Schedules> {
  await shelf.ready();
  const prefix = scheduleKey('');
  const { items, corrupt } = await shelf.schedules.list(prefix, { limit: MAX_SCHEDULES });
  return { items: items.map(({ value }) => viewOf(value)), corrupt: corrupt.map((key) => key.slice(prefix.length)) };
}

async function checkRoom(shelf: TaskShelf): Promise<void> {
  const { items, corrupt } = await shelf.schedules.list(scheduleKey(''), { limit: MAX_SCHEDULES });
  if (items.length + corrupt.length >= MAX_SCHEDULES)
    throw badRequest('schedule', '/name', `there are ${MAX_SCHEDULES} schedules, which is the most`);
}

/** The record of what is wanted: times go on where only other things have changed. */
function defined(before: ScheduleRecord | undefined, wanted: Definition, now: number): ScheduleRecord {
  if (before === undefined) return looked({ ...wanted, ...from(wanted, now), n: 0, waiting: [], ...stamps(now) }, now);
  const same = canonicalJson(definitionOf(before)) === canonicalJson(wanted);
  if (same) return before;
  const sameTimes = canonicalJson(before.cadence) === canonicalJson(wanted.cadence);
  const { timeout_ms: _, ...rest } = before;
  return looked({ ...rest, ...wanted, n: before.n + 1, ...(sameTimes ? {} : from(wanted, now)) }, now);
}

const stamps = (now: number) => ({ created_at: timeOf(now), look_at: timeOf(now), updated_at: timeOf(now) });

/** The first time from now on; equal distances begin on a whole second, because runs are named by it. */
function from({ cadence }: Definition, now: number): Pick<ScheduleRecord, 'next_at'> {
  const second = Math.ceil(now / SECOND_MS) * SECOND_MS;
  return { next_at: timeOf(plannedTimes(cadence, second).next('cron' in cadence ? now : second)) };
}

const definitionOf = ({ name, queue, cadence, spec, timeout_ms, overlap, catch_up }: ScheduleRecord): Definition => ({
  name,
  queue,
  cadence,
  spec,
  overlap,
  catch_up,
  ...(timeout_ms === undefined ? {} : { timeout_ms }),
});

function viewOf({ n: _, look_at: __, ...view }: ScheduleRecord): Schedule {
  return view;
}
