import type { Clock, Criticality, Random } from '@seedcore/protocol';
import type { Attempt } from './attempt.ts';
import { type BreakerPolicy, defaultBreaker } from './breaker-policy.ts';
import type { Observer } from './decision.ts';
import { defaultBulkhead, type GateLimits } from './gate.ts';
import { defaultRetry, type RetryPolicy } from './retry.ts';

/** What is configured per target; everything has a default. */
export type StackPolicy = {
  /** Of a call that brings no deadline, in ms. */
  readonly deadlineMs: number;
  /** Whether work that may have run may be repeated. */
  readonly idempotent: boolean;
  /** The least time worth starting with; the target's own p50 when left out. */
  readonly floorMs: number | undefined;
  readonly retry: RetryPolicy;
  readonly breaker: BreakerPolicy;
  readonly bulkhead: GateLimits;
  /** True when the attempt function ends within its budget by itself; the stack then sets no timer of its own. */
  readonly keepsBudget: boolean;
  /** True for errors that come of the way, not of the target: they move no breaker and no estimate. */
  readonly blameless: (error: unknown) => boolean;
};

/** The documented defaults. */
export const defaultStack: StackPolicy = {
  deadlineMs: 5_000,
  idempotent: false,
  floorMs: undefined,
  retry: defaultRetry,
  breaker: defaultBreaker,
  bulkhead: defaultBulkhead,
  keepsBudget: false,
  blameless: () => false,
};

/** What one call brings along; a protocol `Call` fits. */
export type StackCall = {
  readonly deadlineAt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly criticality?: Criticality | undefined;
  /** Above 1 the caller is itself inside a retry, and this call makes one attempt (S8). */
  readonly attempt?: number | undefined;
};

/** Time, chance, and the ear for decisions. */
export type StackPorts = { readonly clock: Clock; readonly random: Random; readonly observe?: Observer | undefined };

/** The function a stack protects: one attempt. A value is an answer, a throw is a failure. */
export type AttemptFunction<T> = (attempt: Attempt) => Promise<T>;
