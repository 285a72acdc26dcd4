import type { TaskRecord } from './task-record.ts';

/** A life of a task lasts this long at most, from its first attempt on, or from its last change while there was none. */
export const LONGEST_LIFE_MS = 7 * 86_400_000;

type Times = Pick<TaskRecord, 'updated_at'> & {
  readonly deadline_at?: string | undefined;
  readonly started_at?: string | undefined;
  readonly not_before?: string | undefined;
};

/** When a task that has not ended has to, wall-clock ms: memos and records would be gone a day later. */
export function lifeEnd({
  deadline_at: deadline,
  started_at: started,
  not_before: due,
  updated_at: updated,
}: Times): number {
  const waitsUntil = Math.max(Date.parse(updated), due === undefined ? 0 : Date.parse(due));
  const longest = (started === undefined ? waitsUntil : Date.parse(started)) + LONGEST_LIFE_MS;
  return deadline === undefined ? longest : Math.min(longest, Date.parse(deadline));
}
