import { callHeaderLines, headerBlock, MeshError, type Trace } from '@seedcore/protocol';
import { sendBudget } from '@seedcore/resilience';
import type { PreparedCall } from './prepared-call.ts';

/** Which attempt, when it is sent, and how long it may take; ms on the clock of this process. */
export type Sending = {
  readonly n: number;
  readonly at: number;
  readonly leftMs: number;
  /** Frames the caller can take at first, where it wants a stream. */
  readonly credit?: number | undefined;
  /** Its own place in a trace that is recorded. */
  readonly trace?: Trace | undefined;
};

/**
 * The header block of one attempt.
 *
 * @throws MeshError `deadline_exceeded`, never sent, when there is no time left for it
 */
export function attemptHeaders(
  { call, codec, target, ref }: PreparedCall,
  { n, at, leftMs, credit, trace }: Sending,
): string {
  const deadlineMs = sendBudget(leftMs, target.overhead.ms());
  if (deadlineMs < 1)
    throw new MeshError('deadline_exceeded', { target: target.name, attempt: n, sent: false, started: false });
  const { criticality } = call;
  const lines = callHeaderLines({
    deadlineMs,
    sentMs: Math.floor(target.epochMs + at),
    call: call.id,
    chain: call.chain,
    // The children of a retry are part of it, however deep: nobody retries inside a retry.
    attempt: Math.max(n, call.attempt),
    contract: undefined,
    // Without a trace of its own a call's id is its trace, and both ends know it.
    trace: trace ?? call.given,
    criticality: criticality === target.endpoint.criticality ? undefined : criticality,
    // A key of the call's own makes its attempts one: that is what the endpoint keeps replies for.
    idempotencyKey: call.idempotencyKey ?? (target.endpoint.replays ? call.id : undefined),
    stream: credit,
    ref,
  });
  return headerBlock(target.linesFor(codec) + lines);
}
