import { type CallOptions, isCall, type Trace } from '@seedcore/protocol';
import type { Given } from './outgoing-call.ts';

/** What is said of it in place of what was given; the time limit in ms. */
export type Detached = { readonly deadlineMs: number; readonly trace: Trace | undefined };

/** What was given for a call, with another time limit and place in its trace, and stopped by `signal` alone. */
export function detachedCall(given: Given, { deadlineMs, trace }: Detached, signal: AbortSignal): CallOptions {
  const options = given === undefined ? {} : isCall(given) ? { parent: given } : given;
  const { parent } = options;
  if (parent === undefined) return { ...options, trace, deadlineMs, signal };
  const { id, deadlineAt, chain, attempt, criticality, idempotencyKey } = parent;
  const left = () => parent.left();
  const child = (limitMs?: number) => parent.child(limitMs);
  const detached = {
    id,
    deadlineAt,
    signal,
    trace: trace ?? parent.trace,
    chain,
    attempt,
    criticality,
    idempotencyKey,
    left,
    child,
  };
  return { ...options, parent: detached, deadlineMs, signal };
}
