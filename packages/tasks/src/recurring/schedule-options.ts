import { badInput, badRequest, isToken, name as queueName, validate } from '@seedcore/protocol';
import { z } from 'zod';
import { cronTimes } from './planned-times.ts';
import {
  type Cadence,
  catchUp,
  cron,
  everyMs,
  MAX_SCHEDULE_NAME,
  overlap,
  recurringTask,
  type ScheduleRecord,
  timeoutMs,
  zone,
} from './schedule-record.ts';
import { wallClock } from './wall-clock.ts';

const TARGET = 'schedule';
/** Largest task that recurs, in bytes of JSON: it is written with every run. */
const MAX_SPEC_BYTES = 65_536;

const scheduleOptions = z.strictObject({
  /** Minute, hour, day of the month, month, day of the week; either this or `everyMs`. */
  cron: cron.optional(),
  /** By whose clock; `UTC`. */
  tz: zone.optional(),
  everyMs: everyMs.optional(),
  /** The task each run is. */
  spec: recurringTask,
  /** `general`. */
  queue: queueName.default('general'),
  /** From the begin of a run to its deadline; left out: it has none. */
  timeoutMs: timeoutMs.optional(),
  /** When a run is due while the one before has not ended: it is left out, waits, begins all the same, or ends the other. */
  overlap: overlap.default('skip'),
  /** Of the times that passed while nobody could begin a run, the newest is made up for, none, or all, 24 at most. */
  catchUp: catchUp.default('one'),
});

/** When a task recurs, and what happens when it cannot; `overlap` is `skip` and `catchUp` is `one`. */
export type ScheduleOptions = z.input<typeof scheduleOptions>;

/** What a person decides about recurring work; the rest of its record follows. */
export type Definition = Pick<
  ScheduleRecord,
  'name' | 'queue' | 'cadence' | 'spec' | 'timeout_ms' | 'overlap' | 'catch_up'
>;

/** @throws MeshError `bad_request` naming the field */
export function checkedDefinition(name: string, given: ScheduleOptions): Definition {
  checkScheduleName(name);
  const result = validate(scheduleOptions, given);
  if (!result.ok) throw badInput(TARGET, result.problems);
  const { spec, queue, timeoutMs: timeout_ms, overlap, catchUp: catch_up } = result.value;
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  if (bytes > MAX_SPEC_BYTES)
    throw badRequest(TARGET, '/spec', `a task of ${bytes} bytes that recurs is larger than ${MAX_SPEC_BYTES}`);
  if (overlap === 'cancel_previous' && catch_up === 'all')
    throw badRequest(TARGET, '/catchUp', 'all runs are of no use where each one ends the one before');
  const cadence = cadenceOf(result.value);
  return { name, queue, cadence, spec, overlap, catch_up, ...(timeout_ms === undefined ? {} : { timeout_ms }) };
}

/** @throws MeshError `bad_request` unless `name` may name recurring work: its runs have ids that begin with it */
export function checkScheduleName(name: string): void {
  if (isToken(name) && name.length <= MAX_SCHEDULE_NAME) return;
  throw badRequest(
    TARGET,
    '/name',
    `"${name.slice(0, 64)}" must be 1 to ${MAX_SCHEDULE_NAME} of A-Z a-z 0-9 _ -: its runs are named after it`,
  );
}

type Times = Pick<z.output<typeof scheduleOptions>, 'cron' | 'tz' | 'everyMs'>;

function cadenceOf({ cron: expression, tz, everyMs: every_ms }: Times): Cadence {
  if (expression === undefined) {
    if (every_ms === undefined) throw badRequest(TARGET, '/cron', 'either this or everyMs is needed');
    if (tz !== undefined) throw badRequest(TARGET, '/tz', 'equal distances know no time zone');
    return { every_ms };
  }
  if (every_ms !== undefined) throw badRequest(TARGET, '/everyMs', 'cron says already when');
  const cadence = { cron: expression, tz: tz ?? 'UTC' };
  checked('/tz', () => wallClock(cadence.tz));
  checked('/cron', () => cronTimes(cadence).next(0));
  return cadence;
}

function checked(field: string, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw badRequest(TARGET, field, error.message);
  }
}
