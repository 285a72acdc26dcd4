import type { Random } from '@seedcore/protocol';
import type { Outcome } from './outcome.ts';
import { Window } from './window.ts';

/** When a breaker opens, for how long, and how it lets go again. Durations in ms. */
export type BreakerPolicy = {
  /** Hard outcomes in a row that open it. */
  readonly run: number;
  /** Settled attempts in ten seconds before a rate is judged. */
  readonly minSettled: number;
  readonly failedShare: number;
  readonly slowShare: number;
  readonly openMs: number;
  readonly openCapMs: number;
  /** Live probes while half-open, and answers that close it. */
  readonly probes: number;
  /** Closed for so long, the next opening is a first one again. */
  readonly forgiveMs: number;
};

/** The documented defaults. */
export const defaultBreaker: BreakerPolicy = {
  run: 5,
  minSettled: 10,
  failedShare: 0.5,
  slowShare: 0.8,
  openMs: 5_000,
  openCapMs: 60_000,
  probes: 3,
  forgiveMs: 60_000,
};

/** Where a breaker stands. */
export type BreakerState = 'closed' | 'open' | 'half_open';
/** Why it opened; nothing else can open it (S11). */
export type TripReason = 'run' | 'rate' | 'slow' | 'probe';
/** Told about every change of state. */
export type OnTransition = (to: BreakerState, reason: TripReason | undefined) => void;

/** What {@link Breaker.ask} answers when the attempt must not be made. */
export const REFUSED = 0;

const SETTLED = 0;
const FAILED = 1;
const SLOW = 2;
const JITTER = 0.2;
const MAX_PERMITS = 10_000;

/**
 * Refuses attempts to a target that keeps failing, and probes it with a few leased ones before it trusts it again.
 * A permit is settled once; an unknown, ended or outdated one changes nothing (S3).
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #random: Random;
  readonly #onTransition: OnTransition;
  readonly #window = new Window(3);
  /** Permits not settled yet, with the time their lease ends; infinite while closed. */
  readonly #permits = new Map<number, number>();
  #state: BreakerState = 'closed';
  #lastPermit = 0;
  #run = 0;
  #passed = 0;
  #until = 0;
  #trips = 0;
  #closedAt = Number.NEGATIVE_INFINITY;
  #reason: TripReason | undefined;
  #now = Number.NEGATIVE_INFINITY;

  constructor(random: Random, policy: BreakerPolicy = defaultBreaker, onTransition: OnTransition = () => {}) {
    this.#random = random;
    this.#policy = policy;
    this.#onTransition = onTransition;
  }

  /** Asks for an attempt of `budgetMs`: a permit to settle later, or {@link REFUSED}. */
  ask(at: number, budgetMs: number): number {
    const now = this.#seen(at);
    if (this.#state === 'closed') return this.#grant(Number.POSITIVE_INFINITY);
    if (this.#state === 'open') {
      if (now < this.#until) return REFUSED;
      this.#become('half_open', undefined);
    }
    this.#endLeases(now);
    if (this.#permits.size + this.#passed >= this.#policy.probes) return REFUSED;
    return this.#grant(now + budgetMs);
  }

  /** Settles a permit with what its attempt showed. */
  settle(permit: number, outcome: Outcome, at: number): void {
    const now = this.#seen(at);
    const leaseEnds = this.#permits.get(permit);
    if (leaseEnds === undefined) return;
    this.#permits.delete(permit);
    if (outcome === 'void' || leaseEnds <= now) return;
    if (this.#state === 'half_open') this.#judgeProbe(outcome, now);
    else this.#count(outcome, now);
  }

  /** Milliseconds until it is worth asking again; 0 when it would be granted now. */
  retryAfterMs(at: number): number {
    const now = this.#seen(at);
    if (this.#state === 'open') return Math.max(0, this.#until - now);
    this.#endLeases(now);
    if (this.#state === 'closed' || this.#permits.size + this.#passed < this.#policy.probes) return 0;
    return Math.min(...this.#permits.values()) - now;
  }

  /** For reports: state, why and until when it is open, how often it opened in a row, and the window. */
  status(at: number): BreakerStatus {
    const now = this.#seen(at);
    return {
      state: this.#state,
      reason: this.#reason,
      until: this.#state === 'open' ? this.#until : undefined,
      k: Math.max(0, this.#trips - 1),
      run: this.#run,
      leases: this.#state === 'half_open' ? this.#permits.size : 0,
      passed: this.#passed,
      settled: this.#window.sum(SETTLED, now),
      failed: this.#window.sum(FAILED, now),
      slow: this.#window.sum(SLOW, now),
    };
  }

  #seen(at: number): number {
    this.#now = Math.max(this.#now, at);
    return this.#now;
  }

  #grant(leaseEnds: number): number {
    if (this.#permits.size >= MAX_PERMITS) this.#forgetOldest();
    this.#lastPermit += 1;
    this.#permits.set(this.#lastPermit, leaseEnds);
    return this.#lastPermit;
  }

  /** A caller that never settles must not make the machine grow for ever. */
  #forgetOldest(): void {
    for (const permit of this.#permits.keys()) {
      this.#permits.delete(permit);
      return;
    }
  }

  #endLeases(now: number): void {
    if (this.#state !== 'half_open') return;
    for (const [permit, ends] of this.#permits) if (ends <= now) this.#permits.delete(permit);
  }

  #count(outcome: Exclude<Outcome, 'void'>, now: number): void {
    this.#window.add(SETTLED, now);
    if (outcome === 'hard') this.#run += 1;
    else if (outcome !== 'soft') this.#run = 0;
    if (outcome === 'hard' || outcome === 'soft') this.#window.add(FAILED, now);
    if (outcome === 'slow') this.#window.add(SLOW, now);
    const reason = this.#tripReason(now);
    if (reason) this.#open(reason, now);
  }

  #tripReason(now: number): TripReason | undefined {
    const { run, minSettled, failedShare, slowShare } = this.#policy;
    if (this.#run >= run) return 'run';
    const settled = this.#window.sum(SETTLED, now);
    if (settled < minSettled) return undefined;
    if (this.#window.sum(FAILED, now) / settled >= failedShare) return 'rate';
    if (this.#window.sum(SLOW, now) / settled >= slowShare) return 'slow';
    return undefined;
  }

  #judgeProbe(outcome: Exclude<Outcome, 'void'>, now: number): void {
    if (outcome === 'answer') this.#passed += 1;
    else this.#open('probe', now);
    if (this.#passed >= this.#policy.probes) this.#close(now);
  }

  #open(reason: TripReason, now: number): void {
    const { openMs, openCapMs, forgiveMs } = this.#policy;
    if (this.#state === 'closed' && now - this.#closedAt >= forgiveMs) this.#trips = 0;
    const step = Math.min(openCapMs, openMs * 2 ** this.#trips);
    this.#trips += 1;
    this.#until = now + step * (1 + JITTER * (2 * this.#random.next() - 1));
    this.#become('open', reason);
  }

  #close(now: number): void {
    this.#closedAt = now;
    this.#window.clear();
    this.#become('closed', undefined);
  }

  #become(state: BreakerState, reason: TripReason | undefined): void {
    this.#state = state;
    if (state !== 'half_open') this.#reason = reason;
    this.#run = 0;
    this.#passed = 0;
    this.#permits.clear();
    this.#onTransition(state, this.#reason);
  }
}

/** A breaker as reports show it; `until` on the clock that was handed in. */
export type BreakerStatus = {
  readonly state: BreakerState;
  readonly reason: TripReason | undefined;
  readonly until: number | undefined;
  readonly k: number;
  readonly run: number;
  readonly leases: number;
  readonly passed: number;
  readonly settled: number;
  readonly failed: number;
  readonly slow: number;
};
