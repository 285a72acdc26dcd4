import type { BreakerState, Override, StackStatus, TripReason } from '@seedcore/resilience';
import type { CallTally } from './call-tally.ts';

/** How much a target can still take, from here. */
export type TargetStatus = 'available' | 'limited' | 'overloaded' | 'failed';

/** One target as this process sees it; quantiles are absent until fifty calls were measured. */
export type TargetReport = {
  readonly target: string;
  readonly status: TargetStatus;
  readonly breaker: {
    readonly state: BreakerState;
    readonly reason?: TripReason;
    readonly open_ms?: number;
    readonly k: number;
    /** What an operator says about it. */
    readonly override?: Override;
    /** A quorum of callers finds it broken. */
    readonly suspect: boolean;
  };
  readonly requests: number;
  /** Of the newest 256 calls. */
  readonly success_rate: number;
  readonly in_flight: number;
  readonly limit: number;
  readonly queued: number;
  readonly retry_budget: { readonly used: number; readonly allowed: number };
  readonly p50_ms?: number;
  readonly p95_ms?: number;
  readonly p99_ms?: number;
};

const OVERLOADED_SHARE = 0.9;
const LIMITED_SHARE = 0.7;

/** The report of one target at `now`, given the length of its waiting line. */
export function targetReport(target: string, seen: TargetSeen): TargetReport {
  const { stack, tally, now } = seen;
  const { breaker, p50Ms, p95Ms, p99Ms } = stack;
  return {
    target,
    status: targetStatus(seen),
    breaker: {
      state: breaker.state,
      k: breaker.k,
      suspect: breaker.suspect,
      ...(breaker.override === undefined ? {} : { override: breaker.override }),
      ...(breaker.reason === undefined ? {} : { reason: breaker.reason }),
      ...(breaker.until === undefined ? {} : { open_ms: Math.max(0, Math.ceil(breaker.until - now)) }),
    },
    requests: tally.total,
    success_rate: tally.successRate,
    in_flight: stack.inFlight,
    limit: stack.limit,
    queued: stack.queued,
    retry_budget: stack.retryBudget,
    ...(p50Ms === undefined ? {} : { p50_ms: p50Ms }),
    ...(p95Ms === undefined ? {} : { p95_ms: p95Ms }),
    ...(p99Ms === undefined ? {} : { p99_ms: p99Ms }),
  };
}

/** What a report is made of. */
export type TargetSeen = {
  readonly stack: StackStatus;
  readonly tally: Pick<CallTally, 'total' | 'successRate'>;
  readonly queue: number;
  readonly now: number;
};

/** First match: failed while open, overloaded from 0.9 of slots or line, limited from 0.7, else available. */
export function targetStatus({ stack, queue }: Pick<TargetSeen, 'stack' | 'queue'>): TargetStatus {
  if (stack.breaker.state === 'open') return 'failed';
  const share = Math.max(stack.inFlight / stack.limit, queue === 0 ? 0 : stack.queued / queue);
  if (share >= OVERLOADED_SHARE) return 'overloaded';
  return share >= LIMITED_SHARE ? 'limited' : 'available';
}
