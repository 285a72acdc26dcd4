import { type CallOptions, isCall } from '@seedcore/protocol';
import type { Given } from './outgoing-call.ts';

/** What was given for a call, with another time limit in ms, and stopped by `signal` alone. */
export function detachedCall(given: Given, deadlineMs: number, signal: AbortSignal): CallOptions {
  const options = given === undefined ? {} : isCall(given) ? { parent: given } : given;
  const { parent } = options;
  if (parent === undefined) return { ...options, deadlineMs, signal };
  const { id, deadlineAt, trace, chain, attempt, criticality, idempotencyKey } = parent;
  const left = () => parent.left();
  const child = (limitMs?: number) => parent.child(limitMs);
  const detached = { id, deadlineAt, signal, trace, chain, attempt, criticality, idempotencyKey, left, child };
  return { ...options, parent: detached, deadlineMs, signal };
}
