export { AdaptiveLimit, defaultLimit, type LimitPolicy } from './adaptive-limit.ts';
export { type Backoff, backoffMs, defaultBackoff, hintedMs, modelBackoff, seedBackoff } from './backoff.ts';
export { Balance, type LoadReport } from './balance.ts';
export { mayBounce } from './bounce.ts';
export { type Bounds, bounded } from './bounded.ts';
export { Breaker, type OnTransition, REFUSED } from './breaker.ts';
export { type BreakerPolicy, defaultBreaker, modelBreaker, seedBreaker, suspecting } from './breaker-policy.ts';
export type { BreakerState, BreakerStatus, Override, TripReason } from './breaker-status.ts';
export { candidates, type Standing, standings } from './candidates.ts';
export { CubicRate } from './cubic-rate.ts';
export { attemptBudget, MAX_BUDGET_MS, receiveDeadline, sendBudget } from './deadline.ts';
export type { Decision, Observer } from './decision.ts';
export { EarlyRefusal } from './early-refusal.ts';
export { Ejection } from './ejection.ts';
export { type Asked, Fallback, type FallbackPolicy, type StandIn } from './fallback.ts';
export {
  admission,
  type DropReason,
  defaultBulkhead,
  type Entrant,
  Gate,
  type GateAnswer,
  type GateLimits,
} from './gate.ts';
export { HedgeBudget, HedgeRace, type Runner } from './hedge.ts';
export { InstanceLoad } from './instance-load.ts';
export { defaultLastGood, type Kept, LastGood, type LastGoodPolicy } from './last-good.ts';
export { LatencyEstimate, type Quantile } from './latency.ts';
export { type AttemptEnd, answerOutcome, codeOutcome, errorOutcome, type Outcome } from './outcome.ts';
export { Overhead } from './overhead.ts';
export type { MemberStatus, PoolInstance } from './pool.ts';
export { rendezvous, textHash } from './rendezvous.ts';
export {
  decideRetry,
  defaultRetry,
  type Failed,
  modelRetry,
  type RetryDecision,
  type RetryPolicy,
  type StopReason,
  seedRetry,
} from './retry.ts';
export { RetryBudget } from './retry-budget.ts';
export { SampleWindow } from './sample-window.ts';
export { type Flight, type FlightFailure, type Member, SingleFlight } from './single-flight.ts';
export type { Attempt, AttemptFunction, Ending, Operation, UnderWay } from './stack/operation.ts';
export { type Adjustable, defaultStack, type StackCall, type StackPolicy, type StackPorts } from './stack/policy.ts';
export { Stack } from './stack/stack.ts';
export type { StackStatus } from './stack/status.ts';
export { defaultThrottle, Throttle, type ThrottlePolicy } from './throttle.ts';
export { defaultTokens, type TokenPolicy, type TokenStatus, Tokens } from './tokens.ts';
export { suspectBy } from './verdict.ts';
export { TICK_MS, Timed, Wheel } from './wheel.ts';
