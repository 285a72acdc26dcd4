import type { TaskState } from '@seedcore/contracts';

const none: Readonly<Record<TaskState, number>> = {
  delayed: 0,
  held: 0,
  queued: 0,
  running: 0,
  waiting: 0,
  retrying: 0,
  succeeded: 0,
  failed: 0,
  cancelled: 0,
  expired: 0,
};

/** Counts by state with the states nobody is in. */
export function allCounts(counts: Readonly<Partial<Record<TaskState, number>>>): Record<TaskState, number> {
  return { ...none, ...counts };
}
