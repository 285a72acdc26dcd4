import { Cron } from 'croner';
import type { Cadence } from './schedule-record.ts';
import { wallClock } from './wall-clock.ts';

/** The times runs are planned for, in ms since 1970. */
export type PlannedTimes = {
  /** The first one after an instant. */
  next(after: number): number;
  /** The newest one at or before an instant. */
  last(at: number): number;
};

/** Digits, names of months and days, and `* , - / #`: not `?`, which would be the time of day at which it is read. */
const FIVE_FIELDS = /^[\dA-Za-z*,/#-]+( +[\dA-Za-z*,/#-]+){4}$/;

/** The times of a cadence; `known` is one of them. @throws RangeError when there are none */
export function plannedTimes(cadence: Cadence, known: number): PlannedTimes {
  return 'cron' in cadence ? cronTimes(cadence) : everyTimes(cadence.every_ms, known);
}

/**
 * Every time of a cron expression once: what is planned for a time the clock leaves out comes when it does so, what is
 * planned for one it shows twice comes when it is first shown. Croner counts on a clock that is never changed; its own rule
 * lets the times of `*` fall out or come twice.
 *
 * @throws RangeError for an expression that nobody can read or whose time never comes
 */
export function cronTimes({ cron, tz }: { readonly cron: string; readonly tz: string }): PlannedTimes {
  const pattern = read(cron);
  const clock = wallClock(tz);
  const after = (wall: number): number => {
    const next = pattern.nextRun(new Date(wall));
    if (next === null) throw new RangeError(`the time of "${cron}" never comes`);
    return next.getTime();
  };
  /** The first time on the wall that is still to come: those it shows for the second time have been. */
  const toCome = (instant: number): number => {
    let wall = after(clock.at(instant));
    while (clock.first(wall) <= instant) wall = after(wall);
    return wall;
  };
  return {
    next: (instant) => clock.first(toCome(instant)),
    last: (instant) => {
      const [before] = pattern.previousRuns(1, new Date(toCome(instant)));
      return before === undefined ? Number.NEGATIVE_INFINITY : clock.first(before.getTime());
    },
  };
}

function read(cron: string): Cron {
  if (!FIVE_FIELDS.test(cron)) throw new RangeError('expected five fields: minute hour day month weekday');
  try {
    return new Cron(cron, { timezone: 'UTC', mode: '5-part' });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause);
    throw new RangeError(why, { cause });
  }
}

function everyTimes(everyMs: number, known: number): PlannedTimes {
  const last = (at: number) => known + Math.floor((at - known) / everyMs) * everyMs;
  return { last, next: (after) => last(after) + everyMs };
}
