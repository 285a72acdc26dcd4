import { timeOf } from '../record/task-record.ts';
import { plannedTimes } from './planned-times.ts';
import { MOST_WAITING, runId, type ScheduleRecord } from './schedule-record.ts';

/** A single time that is later than this, in ms, was missed: a redelivery after a crash takes half of it. */
const MISSED_AFTER_MS = 60_000;
/** Longest time the broker is given a timer for, in ms: it keeps messages a week longer. */
const FARTHEST_MS = 90 * 86_400_000;
/** How soon, and how late at most, the end of a run that others wait for is looked for, in ms. */
const SOON_MS = 1000;
const LATE_MS = 60_000;

/** What one has to know of the world to decide what is next: the time, in ms, and whether the newest run has not ended. */
export type Moment = { readonly now: number; readonly busy: boolean };

/** Takes note of the times that have passed: the record itself when there is nothing to note. */
export function advance(record: ScheduleRecord, { now, busy }: Moment): ScheduleRecord {
  const passed = passedTimes(record, now);
  if (passed.length === 0 && Date.parse(record.look_at) > now) return record;
  const nextAt = passed.length === 0 ? record.next_at : nextAfter(record, now);
  const waiting = linedUp(record, toBegin(passed, record.catch_up, now), busy);
  return looked({ ...record, n: record.n + 1, next_at: nextAt, waiting: [...waiting] }, now);
}

/** The run that is to begin now: the time it is planned for, in ms. */
export function startable({ waiting: [first], overlap }: ScheduleRecord, busy: boolean): number | undefined {
  if (first === undefined) return undefined;
  const waits = busy && (overlap === 'skip' || overlap === 'queue_one');
  return waits ? undefined : Date.parse(first);
}

/** Takes note that the run planned for `planned` has begun; the record itself when that was noted before. */
export function begun(record: ScheduleRecord, planned: number, now: number): ScheduleRecord {
  const planned_at = timeOf(planned);
  if (!record.waiting.includes(planned_at)) return record;
  const waiting = record.waiting.filter((at) => at !== planned_at);
  const last = { id: runId(record.name, planned), planned_at, late_ms: Math.max(0, Math.floor(now - planned)) };
  return looked({ ...record, waiting, last }, now);
}

/** The record, to be looked at again when that is next of use. */
export function looked(record: ScheduleRecord, now: number): ScheduleRecord {
  const nextAt = Math.min(Date.parse(record.next_at), now + FARTHEST_MS);
  const at = record.waiting.length === 0 ? nextAt : Math.min(nextAt, now + pauseMs(record, now));
  return { ...record, look_at: timeOf(at), updated_at: timeOf(now) };
}

/** Until the end of the newest run is looked for again: a tenth of the time it has taken so far. */
function pauseMs({ last }: ScheduleRecord, now: number): number {
  const begunAt = last === undefined ? now : Date.parse(last.planned_at) + last.late_ms;
  return Math.min(LATE_MS, Math.max(SOON_MS, Math.ceil((now - begunAt) / 10)));
}

/** The newest planned times that have passed, oldest first. */
function passedTimes({ cadence, next_at }: ScheduleRecord, now: number): readonly number[] {
  const oldest = Date.parse(next_at);
  if (oldest > now) return [];
  const times = plannedTimes(cadence, oldest);
  const passed: number[] = [];
  let at = times.last(now);
  for (; at > oldest && passed.length < MOST_WAITING; at = times.last(at - 1)) passed.push(at);
  // Planned it was, also if the rules of its zone have changed since.
  if (passed.length < MOST_WAITING) passed.push(oldest);
  return passed.reverse();
}

const nextAfter = ({ cadence, next_at }: ScheduleRecord, now: number): string =>
  timeOf(plannedTimes(cadence, Date.parse(next_at)).next(now));

/** Of the times that have passed, those whose runs are made: several at once, or one long ago, were missed. */
function toBegin(passed: readonly number[], how: ScheduleRecord['catch_up'], now: number): readonly number[] {
  const missed = passed.length > 1 || passed.some((at) => now - at > MISSED_AFTER_MS);
  if (!missed || how === 'all') return passed;
  return how === 'one' ? passed.slice(-1) : [];
}

/** What waits once the times `more` have come too. */
function linedUp({ overlap, waiting }: ScheduleRecord, more: readonly number[], busy: boolean): readonly string[] {
  const coming = more.map(timeOf);
  const occupied = busy || waiting.length > 0;
  // What was to begin may have begun: it is begun again, which changes nothing, before anything else is.
  if (overlap === 'allow' || overlap === 'cancel_previous') return [...waiting, ...coming].slice(-MOST_WAITING);
  if (!occupied) return coming;
  return overlap === 'queue_one' && waiting.length === 0 ? coming.slice(0, 1) : waiting;
}
