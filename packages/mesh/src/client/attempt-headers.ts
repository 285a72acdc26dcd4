import { codecs, headerNames, MeshError, writeCallHeaders } from '@seedcore/protocol';
import { sendBudget } from '@seedcore/resilience';
import { referenceHeader } from '../payload/large-body.ts';
import type { HeaderPairs } from '../transport/outgoing.ts';
import type { PreparedCall } from './prepared-call.ts';

/** Which attempt, when it is sent, and how long it may take; ms on the clock of this process. */
export type Sending = { readonly n: number; readonly at: number; readonly leftMs: number };

/**
 * The headers of one attempt.
 *
 * @throws MeshError `deadline_exceeded`, never sent, when there is no time left for it
 */
export function attemptHeaders({ call, codec, target, ref }: PreparedCall, { n, at, leftMs }: Sending): HeaderPairs {
  const deadlineMs = sendBudget(leftMs, target.overhead.ms());
  if (deadlineMs < 1)
    throw new MeshError('deadline_exceeded', { target: target.name, attempt: n, sent: false, started: false });
  const { criticality } = call;
  // A key of the call's own makes its attempts one: that is what the endpoint keeps replies for.
  const idempotencyKey = call.idempotencyKey ?? (target.endpoint.replays ? call.id : undefined);
  const pairs = writeCallHeaders({
    deadlineMs,
    sentMs: Math.floor(target.epochMs + at),
    call: call.id,
    chain: call.chain,
    // The children of a retry are part of it, however deep: nobody retries inside a retry.
    attempt: Math.max(n, call.attempt),
    contract: target.contract,
    trace: call.trace,
    ...(criticality === target.endpoint.criticality ? {} : { criticality }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  if (ref !== undefined) pairs.push(referenceHeader(ref));
  return codec === codecs[0] ? pairs : [[headerNames.contentType, codec.type], ...pairs];
}
