import type { BreakerStatus } from './breaker-status.ts';

/** One target as its caller sees it; quantiles are undefined until fifty samples exist. */
export type StackStatus = {
  readonly breaker: BreakerStatus;
  readonly inFlight: number;
  readonly queued: number;
  readonly limit: number;
  readonly retryBudget: { readonly used: number; readonly allowed: number };
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly p99Ms: number | undefined;
};
