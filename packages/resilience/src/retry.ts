import { type MeshErrorCode, meshErrors } from '@seedcore/protocol';
import { type Backoff, backoffMs, defaultBackoff, hintedMs, modelBackoff, seedBackoff } from './backoff.ts';
import type { RetryBudget } from './retry-budget.ts';

/** How often and how patiently a call may be repeated. */
export type RetryPolicy = { readonly max: number; readonly backoff: Backoff };

/** Three attempts, 50 ms doubling to 2 s. */
export const defaultRetry: RetryPolicy = { max: 3, backoff: defaultBackoff };
/** The same, with the patience that model providers need. */
export const modelRetry: RetryPolicy = { max: 3, backoff: modelBackoff };
/** The documented profile `seed`: two attempts. */
export const seedRetry: RetryPolicy = { max: 2, backoff: seedBackoff };

/** What the decision after a failed attempt depends on. */
export type Failed = {
  /** Attempts made, ≥ 1. */
  readonly attempt: number;
  readonly code: MeshErrorCode;
  readonly idempotent: boolean;
  /** `Sc-Attempt` of the call being served; above 1 this call is part of a retry already. */
  readonly incomingAttempt: number;
  readonly leftMs: number;
  /** What one attempt usually needs; 0 while unknown. */
  readonly p50Ms: number;
  readonly retryAfterMs: number | undefined;
};

/** Why a call is not repeated. */
export type StopReason =
  | 'attempts_spent'
  | 'never_retried'
  | 'not_idempotent'
  | 'retry_of_a_retry'
  | 'budget_spent'
  | 'no_time_left';

/** Wait so many ms and go again (one unit of the budget is taken), or stop and why. */
export type RetryDecision = { readonly waitMs: number } | { readonly stop: StopReason };

/** Decides after a failed attempt: the first reason to stop wins, otherwise full jitter; `r` is one draw in [0, 1). */
export function decideRetry(failed: Failed, policy: RetryPolicy, { budget, now, r }: RetryInputs): RetryDecision {
  const refusal = unretryable(failed, policy);
  if (refusal) return { stop: refusal };
  if (!budget.allows(now)) return { stop: 'budget_spent' };
  const waitMs = hintedMs(backoffMs(policy.backoff, failed.attempt, r), failed.retryAfterMs);
  if (failed.leftMs - waitMs < Math.max(1, failed.p50Ms)) return { stop: 'no_time_left' };
  budget.take(now);
  return { waitMs };
}

/** The state and chance handed to {@link decideRetry}. */
export type RetryInputs = { readonly budget: RetryBudget; readonly now: number; readonly r: number };

function unretryable(
  { attempt, code, idempotent, incomingAttempt }: Failed,
  { max }: RetryPolicy,
): StopReason | undefined {
  const { retried } = meshErrors[code];
  if (attempt >= max) return 'attempts_spent';
  if (retried === 'never') return 'never_retried';
  if (retried === 'if_idempotent' && !idempotent) return 'not_idempotent';
  if (incomingAttempt > 1) return 'retry_of_a_retry';
  return undefined;
}
