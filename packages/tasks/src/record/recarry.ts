import type { TaskError } from '../task-spec.ts';
import { CARRIER_LOST } from '../task-spec.ts';
import { closed, dead } from './endings.ts';
import type { TaskRecord } from './task-record.ts';
import { handOver } from './transitions.ts';

/** Carriers of one life that are replaced: what loses more of them is a dead letter. */
export const MAX_LOST_CARRIERS = 5;

/**
 * Makes a new message responsible for a task whose own is gone. An attempt that runs is lost with it: nobody would notice
 * its end, and its worker is fenced by the next claim.
 */
export function recarry(record: TaskRecord, now: number): TaskRecord {
  const lost = (record.lost_carriers ?? 0) + 1;
  const running = record.state === 'running';
  const ended = running ? { ...closed(record, 'lost', now), lost: record.lost + 1 } : record;
  if (lost > MAX_LOST_CARRIERS) {
    const message = `its message was gone ${lost} times, and nobody took the task in between`;
    const error: TaskError = { code: CARRIER_LOST, message, retryable: false };
    return dead({ ...ended, error, lost_carriers: lost }, CARRIER_LOST, now);
  }
  const { queue } = record;
  return { ...handOver(ended, { queue, now }), state: running ? 'queued' : record.state, lost_carriers: lost };
}
