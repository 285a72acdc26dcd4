import type { Call } from '@seedcore/protocol';

/** A call that also ends when `signal` aborts, with everything made on its behalf. */
export function stoppableCall(call: Call, signal: AbortSignal): Call {
  return {
    id: call.id,
    deadlineAt: call.deadlineAt,
    signal,
    get trace() {
      return call.trace;
    },
    chain: call.chain,
    attempt: call.attempt,
    criticality: call.criticality,
    idempotencyKey: call.idempotencyKey,
    left: () => call.left(),
    child: (limitMs) => stoppableCall(call.child(limitMs), signal),
  };
}
