import { publishedName } from './accept.ts';
import { isFinal, type TaskRecord } from './task-record.ts';

/** Deliveries of one message after which another one takes over, well before the broker gives up on it. */
export const RENEW_AFTER = 80;

/** A message not due for longer does not wait in its consumer, where it would hold one of a limited number of places; in ms. */
export const LONGEST_NAK_MS = 60_000;

/** What a delivery says about itself. */
export type DeliveryFacts = {
  /** Name in its header; absent for a plain publish. */
  readonly carrier: string | undefined;
  readonly seq: number;
  readonly deliveries: number;
};

/** What a worker does about a delivery. */
export type Decision =
  /** A plain publish without a record: make one from its body. */
  | { readonly do: 'create' }
  | { readonly do: 'claim' }
  /** The lease of the running attempt has lapsed. */
  | { readonly do: 'take_over' }
  /** Final already: repeat the tail, which is safe, and acknowledge. */
  | { readonly do: 'tail' }
  | { readonly do: 'end'; readonly as: 'cancelled' | 'expired' }
  /** Not due yet. */
  | { readonly do: 'wait'; readonly ms: number }
  /** Not due for long: a timer takes over. */
  | { readonly do: 'postpone' }
  /** Another message is responsible: see to it that it exists, acknowledge this one. */
  | { readonly do: 'assert' }
  /** Delivered too often: another message takes over. */
  | { readonly do: 'renew' }
  /** A copy, or a message of a task long gone: acknowledge. */
  | { readonly do: 'drop' };

/** Decides about a delivery from the record alone: an acknowledgement proves nothing. `now` is wall-clock ms. */
export function decide(record: TaskRecord | undefined, delivery: DeliveryFacts, now: number): Decision {
  if (record === undefined) return { do: delivery.carrier === undefined ? 'create' : 'drop' };
  if (isFinal(record)) return { do: 'tail' };
  if (!carries(record, delivery)) return { do: record.state === 'running' ? 'drop' : 'assert' };
  if (record.state === 'running' && record.seq !== delivery.seq) return { do: 'drop' };
  if (record.desired === 'cancel') return { do: 'end', as: 'cancelled' };
  if (isPast(record.deadline_at, now)) return { do: 'end', as: 'expired' };
  if (record.state === 'running') return { do: 'take_over' };
  const wait = record.not_before === undefined ? 0 : Date.parse(record.not_before) - now;
  if (wait > LONGEST_NAK_MS) return { do: 'postpone' };
  if (wait > 0) return { do: 'wait', ms: wait };
  return { do: delivery.deliveries > RENEW_AFTER ? 'renew' : 'claim' };
}

/** True when the delivery is the message responsible for the task. */
export function carries(record: TaskRecord, delivery: DeliveryFacts): boolean {
  return record.carrier === (delivery.carrier ?? publishedName(delivery.seq));
}

const isPast = (at: string | undefined, now: number): boolean => at !== undefined && Date.parse(at) <= now;
