import { id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { taskSpec } from '../task-spec.ts';

/** Shortest and longest distance of runs, in ms. */
const MIN_EVERY_MS = 1000;
const MAX_EVERY_MS = 90 * 86_400_000;
/** Longest time a run may have, in ms, as for any task. */
const MAX_TIMEOUT_MS = 7 * 86_400_000;
/** Runs that are made up for, or wait for one another, at most. */
export const MOST_WAITING = 24;

/** How far apart runs are, in ms. */
export const everyMs = z.int().min(MIN_EVERY_MS).max(MAX_EVERY_MS);
/** From the begin of a run to its deadline, in ms. */
export const timeoutMs = z.int().min(1000).max(MAX_TIMEOUT_MS);
/** A cron expression of five fields. */
export const cron = z.string().max(100);
/** A time zone. */
export const zone = z.string().max(64);
/** What happens to a run whose time comes while the one before it has not ended. */
export const overlap = z.enum(['skip', 'queue_one', 'allow', 'cancel_previous']);
/** What happens to the times that passed while nobody could begin a run. */
export const catchUp = z.enum(['one', 'skip', 'all']);
/** The task each run is: it has its id and its times from the schedule. */
export const recurringTask = taskSpec.omit({ id: true, idempotency_key: true, run_after: true, deadline_at: true });

/** When runs are due: by the clock on the wall of a place, or at equal distances. */
const cadence = z.union([z.strictObject({ cron, tz: zone }), z.strictObject({ every_ms: everyMs })]);
/** When runs are due. */
export type Cadence = z.output<typeof cadence>;

/**
 * Work that recurs. The record decides: what is to begin stands in it before it begins, so that whoever goes on after a
 * crash begins the same.
 */
export const scheduleRecord = z.strictObject({
  name: id,
  queue: name,
  cadence,
  spec: recurringTask,
  timeout_ms: timeoutMs.optional(),
  overlap,
  catch_up: catchUp,
  /** How often something was due, or waited: names what is armed. */
  n: z.int().nonnegative(),
  /** The next time a run is planned for. */
  next_at: time,
  /** Times whose runs are to begin, oldest first: now, or when the run before has ended. */
  waiting: z.array(time).max(MOST_WAITING),
  /** The newest run: its task, its time, and how much later than that it began, in ms. */
  last: z.strictObject({ id, planned_at: time, late_ms: z.int().nonnegative() }).optional(),
  /** When it is looked at next: the time of its timer. */
  look_at: time,
  created_at: time,
  updated_at: time,
});
/** Work that recurs. */
export type ScheduleRecord = z.output<typeof scheduleRecord>;

/** Key of the schedule `name`. */
export const scheduleKey = (name: string): string => `c.${name}`;

/** Id of the run planned for a time, given in ms: the same whoever begins it. */
export const runId = (name: string, at: number): string =>
  `${name}-${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Longest name: with a dash and the time behind it, it is the id of a task. */
export const MAX_SCHEDULE_NAME = 64 - runId('', 0).length;
