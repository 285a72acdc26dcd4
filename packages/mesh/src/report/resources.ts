import type {
  BreakerState,
  MemberStatus,
  Override,
  StackStatus,
  Standing,
  TokenStatus,
  TripReason,
} from '@seedcore/resilience';
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
  /** Where a provider limits its callers: tokens at hand, and the rate at which they come back. */
  readonly tokens?: { readonly level: number; readonly per_second: number; readonly spent_in_minute: number };
  /** Share of important calls refused here because the target refuses them itself, in [0, 0.9]. */
  readonly throttle_p: number;
  /** Instances with an open breaker are asked all the same, because too many are open. */
  readonly panic: boolean;
  /** Those a call may be sent to; empty where the queue group chooses. */
  readonly instances: readonly InstanceReport[];
  readonly p50_ms?: number;
  readonly p95_ms?: number;
  readonly p99_ms?: number;
};

/** One instance of a target as this process sees it. */
export type InstanceReport = {
  readonly id: string;
  readonly state: Standing;
  readonly breaker: BreakerState;
  /** The lower the likelier to be chosen. */
  readonly score: number;
  readonly ewma_ms: number;
  /** Our own calls in flight there. */
  readonly own: number;
  /** In flight ÷ limit as it reported last. */
  readonly load: number;
};

const OVERLOADED_SHARE = 0.9;
const LIMITED_SHARE = 0.7;

/** The report of one target at `now`. */
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
    ...(stack.tokens === undefined ? {} : { tokens: tokensOf(stack.tokens) }),
    throttle_p: stack.throttled,
    panic: stack.panic,
    instances: stack.instances.map(instanceReport),
    ...(p50Ms === undefined ? {} : { p50_ms: p50Ms }),
    ...(p95Ms === undefined ? {} : { p95_ms: p95Ms }),
    ...(p99Ms === undefined ? {} : { p99_ms: p99Ms }),
  };
}

/** What a report is made of. */
export type TargetSeen = {
  readonly stack: StackStatus;
  readonly tally: Pick<CallTally, 'total' | 'successRate'>;
  readonly now: number;
};

/** First match: failed while open or isolated, overloaded from 0.9 of slots, line or tokens, limited from 0.7, else available. */
export function targetStatus({ stack }: Pick<TargetSeen, 'stack'>): TargetStatus {
  if (stack.breaker.state === 'open') return 'failed';
  const line = stack.places === 0 ? 0 : stack.queued / stack.places;
  const share = Math.max(stack.inFlight / stack.limit, line, spentShare(stack.tokens));
  if (share >= OVERLOADED_SHARE) return 'overloaded';
  return share >= LIMITED_SHARE ? 'limited' : 'available';
}

const tokensOf = ({ level, perSecond, spentInMinute }: TokenStatus) => ({
  level,
  per_second: perSecond,
  spent_in_minute: spentInMinute,
});

/** The larger share of what may be spent at once and in a minute. */
function spentShare(tokens: TokenStatus | undefined): number {
  if (tokens === undefined) return 0;
  return Math.max(1 - tokens.level / tokens.burst, tokens.spentInMinute / tokens.perMinute);
}

const instanceReport = ({ id, standing, breaker, score, ewmaMs, own, load }: MemberStatus): InstanceReport => ({
  id,
  state: standing,
  breaker: breaker.state,
  score,
  ewma_ms: ewmaMs,
  own,
  load,
});
