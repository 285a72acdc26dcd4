import type { ConsumerState, Stored } from '@seedcore/store';
import { CARRIER } from '../record/task-shelf.ts';

/** What lies at the broker for one task: the newest message in its lane, and its timer. */
export type Carriers = {
  readonly message: Pick<Stored, 'seq' | 'header'> | undefined;
  readonly timer: Pick<Stored, 'header'> | undefined;
};

/**
 * True when something will move the task on: a message in its lane that has still to be dealt with, be it an older one,
 * since whoever gets it sends the carrier of the record, or a timer that is that carrier.
 *
 * @param settled sequence up to which no message of the lane is delivered any more
 */
export function isCarried(carrier: string, { message, timer }: Carriers, settled: number): boolean {
  if (message !== undefined && message.seq > settled) return true;
  return timer?.header(CARRIER) === carrier;
}

/** By the filter of their lane: where several consumers share one, the last of them counts. */
export function settledByLane(states: readonly ConsumerState[]): ReadonlyMap<string, number> {
  const settled = new Map<string, number>();
  for (const { filter, settled: seq } of states) settled.set(filter, Math.min(seq, settled.get(filter) ?? seq));
  return settled;
}
