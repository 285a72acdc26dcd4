import { type CallHeaders, MeshError } from '@seedcore/protocol';
import { MAX_BUDGET_MS } from '@seedcore/resilience';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import type { Arrival } from './arrival.ts';
import type { InboxSkew } from './inbox-skew.ts';

/** A request may have been on its way so much longer than its budget before it counts as late, in ms. */
const CLEARLY_MS = 2_000;

/** A request whose time is to be judged. */
export type Timed = {
  readonly arrival: Arrival;
  readonly headers: CallHeaders;
  readonly leftMs: number;
  readonly skew: InboxSkew;
};

/** The refusal of a request that has too little time left, or has had none for long; no handler starts. */
export function tooLate(endpoint: ServedEndpoint, timed: Timed): MeshError | undefined {
  return noTimeLeft(endpoint, timed) ?? lateByWallClock(endpoint, timed);
}

/** A floor the contract names always holds; the estimate refuses at most a fifth, because it may be wrong. */
function noTimeLeft({ target, contract, latency, early }: ServedEndpoint, { leftMs, arrival }: Timed) {
  const { floorMs } = contract;
  const late =
    leftMs < 1 || (floorMs === undefined ? early.refuses(leftMs, latency.quantile(0.5), arrival.at) : leftMs < floorMs);
  if (!late) return undefined;
  const details = { left_ms: Math.max(0, Math.floor(leftMs)), ...(floorMs === undefined ? {} : { floor_ms: floorMs }) };
  return new MeshError('deadline_exceeded', { target, started: false, details });
}

/** It waited unseen, in the kernel or in a paused broker: by now its caller has gone. */
function lateByWallClock({ target, contract }: ServedEndpoint, { arrival, headers, skew }: Timed) {
  const { message, at } = arrival;
  if (headers.sentMs === undefined || message.reply === undefined) return undefined;
  const inbox = message.reply.slice(0, message.reply.lastIndexOf('.'));
  const onTheWayMs = skew.excess(inbox, at, headers.sentMs);
  const budgetMs = Math.min(headers.deadlineMs ?? contract.deadlineMs, MAX_BUDGET_MS);
  if (onTheWayMs <= budgetMs + CLEARLY_MS) return undefined;
  const details = { left_ms: 0, on_the_way_ms: Math.round(onTheWayMs) };
  return new MeshError('deadline_exceeded', { target, started: false, details });
}
