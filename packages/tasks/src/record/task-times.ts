import { ENDED_MS, LIVE_MS } from '../assets.ts';
import { isFinal, type TaskRecord } from './task-record.ts';

/** When a task has to be looked at: at its start, or at its deadline if that is sooner. */
export function dueAt({ not_before: start, deadline_at: deadline }: TaskRecord): Date {
  const startMs = start === undefined ? 0 : Date.parse(start);
  return new Date(Math.min(startMs, deadline === undefined ? startMs : Date.parse(deadline)));
}

/** How long a record is kept from now on, in ms: one that is not due yet for as long again as one that is. */
export function keptMs(record: TaskRecord): number {
  if (isFinal(record)) return ENDED_MS;
  const aheadMs = Date.parse(record.not_before ?? record.updated_at) - Date.parse(record.updated_at);
  return LIVE_MS + Math.max(0, aheadMs);
}
