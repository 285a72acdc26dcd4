import { id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { taskSpec } from '../task-spec.ts';

/** What happens when a run is due while the one before has not ended. */
export const overlap = z.enum(['skip', 'queue_one', 'allow', 'cancel_previous']);
/** What happens to the times that passed while nobody could begin a run. */
export const catchUp = z.enum(['one', 'skip', 'all']);

/** When runs are due: by the clock of a place, or at equal distances. */
export const cadence = z.union([
  z.strictObject({ cron: z.string().min(9).max(100), tz: z.string().max(64).default('UTC') }),
  z.strictObject({ every_ms: z.int().min(1_000).max(90 * 86_400_000) }),
]);
/** When runs are due. */
export type Cadence = z.output<typeof cadence>;

/** Work that recurs, at `c.<name>`. */
export const scheduleRecord = z.strictObject({
  name: id,
  queue: name,
  cadence,
  task: taskSpec.omit({ id: true, idempotency_key: true, run_after: true, deadline_at: true }),
  /** From the start of a run to its deadline. */
  timeout_ms: z.int().min(1_000).optional(),
  overlap,
  catch_up: catchUp,
  /** Fires so far; names the timer that is armed. */
  n: z.int().nonnegative(),
  next_at: time,
  /** The newest run. */
  last_id: id.optional(),
  created_at: time,
  updated_at: time,
});
/** Work that recurs. */
export type ScheduleRecord = z.output<typeof scheduleRecord>;

/** Key of the schedule `name`. */
export const scheduleKey = (name: string): string => `c.${name}`;
