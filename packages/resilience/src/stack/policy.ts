import type { Clock, Criticality, Random } from '@seedcore/protocol';
import { type BreakerPolicy, defaultBreaker } from '../breaker-policy.ts';
import type { Decision, Observer } from '../decision.ts';
import { defaultBulkhead, type GateLimits } from '../gate.ts';
import { defaultRetry, type RetryPolicy } from '../retry.ts';
import { defaultThrottle, type ThrottlePolicy } from '../throttle.ts';
import type { TokenPolicy } from '../tokens.ts';
import type { Wheel } from '../wheel.ts';

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
  /** Of each single instance, where instances are told apart. */
  readonly instanceBreaker: BreakerPolicy;
  readonly bulkhead: GateLimits;
  readonly throttle: ThrottlePolicy | 'off';
  /** Where a provider limits its callers; none elsewhere. */
  readonly tokens: TokenPolicy | undefined;
  /** Whether a silent attempt gets a second one at another instance. */
  readonly hedge: boolean;
  /** True for errors that come of the way, not of the target: they move no breaker and no estimate. */
  readonly blameless: (error: unknown) => boolean;
};

/** What may be changed while calls are under way. The rest is fixed: it says what the target is, not how it is treated. */
export type Adjustable = Pick<
  StackPolicy,
  'deadlineMs' | 'retry' | 'breaker' | 'instanceBreaker' | 'bulkhead' | 'throttle' | 'hedge'
>;

/** The documented defaults. */
export const defaultStack: StackPolicy = {
  deadlineMs: 5_000,
  idempotent: false,
  floorMs: undefined,
  retry: defaultRetry,
  breaker: defaultBreaker,
  instanceBreaker: defaultBreaker,
  bulkhead: defaultBulkhead,
  throttle: defaultThrottle,
  tokens: undefined,
  hedge: false,
  blameless: () => false,
};

/** What one call brings along; a protocol `Call` fits. */
export type StackCall = {
  /** One over all attempts. */
  readonly id?: string | undefined;
  readonly deadlineAt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly criticality?: Criticality | undefined;
  /** Above 1 the caller is itself inside a retry, and this call makes one attempt (S8). */
  readonly attempt?: number | undefined;
  /** The only instance that will do: none is chosen. */
  readonly instance?: string | undefined;
  /** Calls with the same key go to the same instance while it is there. */
  readonly affinity?: string | undefined;
  /** What its refusals say they belong to. */
  readonly trace?: { readonly traceId: string } | undefined;
  /** Hears what is decided about this one call, at `now` of the clock; a change of a breaker is nobody's. */
  decided?(decision: Decision, now: number): void;
};

/** Time, chance, and the ear for decisions. */
export type StackPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly observe?: Observer | undefined;
  /** Shared by the stacks of a process; one of its own where it is left out. */
  readonly wheel?: Wheel | undefined;
  /** True when the system is too busy for calls of this class: they are refused before anything is spent. */
  readonly sheds?: ((call: StackCall) => boolean) | undefined;
};
