import type { BreakerStatus } from '../breaker-status.ts';
import type { MemberStatus } from '../pool.ts';
import type { TokenStatus } from '../tokens.ts';

/** One target as its caller sees it; quantiles are undefined until fifty samples exist. */
export type StackStatus = {
  readonly breaker: BreakerStatus;
  readonly inFlight: number;
  readonly queued: number;
  readonly limit: number;
  /** In the line. */
  readonly places: number;
  readonly retryBudget: { readonly used: number; readonly allowed: number };
  /** Share of important calls that are refused because the target refuses them itself, in [0, 0.9]. */
  readonly throttled: number;
  readonly tokens: TokenStatus | undefined;
  /** True while instances with an open breaker are asked, because too many are open. */
  readonly panic: boolean;
  readonly instances: readonly MemberStatus[];
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
};
