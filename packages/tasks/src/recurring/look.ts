import { MeshError } from '@seedcore/protocol';
import { type Read, StoreError } from '@seedcore/store';
import { CANCEL_GRACE_MS, cancel } from '../client/cancel.ts';
import { submit } from '../client/submit.ts';
import { isFinal, timeOf } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { advance, begun, startable } from './advance.ts';
import { arm } from './arm.ts';
import { MOST_WAITING, runId, type ScheduleRecord, scheduleKey } from './schedule-record.ts';

/** Runs begun at one look, and times others may have changed the record meanwhile. */
const MAX_ROUNDS = 2 * MOST_WAITING;

/**
 * The timer of a schedule has come: notes what is due, begins what may begin, and arms the next timer, in this order.
 * Every part may be repeated, by whoever is handed the same message after a crash. `firedAt` is the broker's time, in case
 * the clock here is slow.
 */
export async function lookAtSchedule(shelf: TaskShelf, name: string, firedAt: Date): Promise<undefined> {
  const now = () => Math.max(shelf.now(), firedAt.getTime());
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const read = await shelf.schedules.get(scheduleKey(name), { fresh: true });
    if (read === undefined) return;
    if ((await goOn(shelf, read, now)) === 'done') {
      await arm(shelf, name);
      return;
    }
  }
  throw new MeshError('unavailable', { target: name, message: `${name}: its schedule kept changing` });
}

/** One step: what is due is noted, or one run begun. */
async function goOn(shelf: TaskShelf, read: Read<ScheduleRecord>, now: () => number): Promise<'done' | 'again'> {
  const busy = await isBusy(shelf, read.value);
  const noted = advance(read.value, { now: now(), busy });
  if (noted !== read.value) {
    await change(shelf, read.value.name, (record, rev) => (rev === read.rev ? noted : record));
    return 'again';
  }
  const planned = startable(read.value, busy);
  if (planned === undefined) return 'done';
  if (busy && read.value.overlap === 'cancel_previous') await endPrevious(shelf, read.value);
  await begin(shelf, read.value, planned);
  await change(shelf, read.value.name, (record) => begun(record, planned, now()));
  return 'again';
}

/** Changes the record unless it is gone, or the change makes none. */
async function change(
  shelf: TaskShelf,
  name: string,
  make: (record: ScheduleRecord, rev: number) => ScheduleRecord,
): Promise<void> {
  await shelf.schedules.update(scheduleKey(name), (record, rev) => {
    const made = record && make(record, rev);
    return made === undefined || made === record ? 'skip' : made;
  });
}

/** True while the newest run has not ended. */
async function isBusy(shelf: TaskShelf, { last }: ScheduleRecord): Promise<boolean> {
  try {
    const read = last && (await shelf.read(last.id));
    return read !== undefined && !isFinal(read.value);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt_record') return false; // what nobody can read, nobody runs
    throw error;
  }
}

async function endPrevious(shelf: TaskShelf, { name, last }: ScheduleRecord): Promise<void> {
  if (last === undefined) return;
  await cancel(shelf, last.id, { reason: `the next run of ${name} is due`, waitMs: CANCEL_GRACE_MS });
}

/** Begun before, perhaps as a task that has been changed since, is begun. */
async function begin(shelf: TaskShelf, record: ScheduleRecord, planned: number): Promise<void> {
  const { name, queue, spec, timeout_ms: timeoutMs } = record;
  const deadline = timeoutMs === undefined ? {} : { deadline_at: timeOf(shelf.now() + timeoutMs) };
  await submit(shelf, { ...spec, id: runId(name, planned), ...deadline }, { queue });
}
