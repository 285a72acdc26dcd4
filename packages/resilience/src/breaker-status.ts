/** Where a breaker stands. */
export type BreakerState = 'closed' | 'open' | 'half_open';
/** Why it opened; nothing else can open it (S11). */
export type TripReason = 'run' | 'rate' | 'slow' | 'probe' | 'isolate';
/** An operator's word: refuse everything, or let everything pass. */
export type Override = 'isolate' | 'hold';

/** A breaker as reports show it; `until` on the clock that was handed in. */
export type BreakerStatus = {
  readonly state: BreakerState;
  readonly reason: TripReason | undefined;
  /** When it may be probed; undefined while not open, and while isolated. */
  readonly until: number | undefined;
  readonly k: number;
  readonly override: Override | undefined;
  readonly suspect: boolean;
  readonly run: number;
  readonly leases: number;
  readonly passed: number;
  readonly settled: number;
  readonly failed: number;
  readonly slow: number;
};
