import type { ScheduleRecord } from './schedule-record.ts';

/** A run this late, in ms, was missed: it is for the catch-up to say whether it is made. */
export const MISSED_AFTER_MS = 10_000;
/** Most runs that are made up for at once. */
export const MOST_CAUGHT_UP = 24;

/** The time that follows another one, both in wall-clock ms. */
export type NextTime = (after: number) => number;

/** Times whose runs are begun now, oldest first, and the next time after now. */
export type Due = { readonly runs: readonly number[]; readonly nextAt: number };

/**
 * What is due of a schedule whose time `next_at` has come. Times that were missed are caught up with: the newest of them,
 * none, or all, at most 24 of the newest.
 */
export function dueTimes(
  { next_at, catch_up }: Pick<ScheduleRecord, 'next_at' | 'catch_up'>,
  now: number,
  next: NextTime,
): Due {
  const passed: number[] = [];
  let at = Date.parse(next_at);
  while (at <= now) {
    passed.push(at);
    if (passed.length > MOST_CAUGHT_UP) passed.shift();
    at = next(at);
  }
  return { runs: chosen(passed, catch_up, now), nextAt: at };
}

function chosen(passed: readonly number[], catchUp: ScheduleRecord['catch_up'], now: number): readonly number[] {
  if (catchUp === 'all') return passed;
  const newest = passed.slice(-1);
  return catchUp === 'one' ? newest : newest.filter((at) => now - at <= MISSED_AFTER_MS);
}

/** The id of the run that is planned for a time: the same for whoever begins it. */
export const runId = (name: string, at: number): string =>
  `${name}-${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
