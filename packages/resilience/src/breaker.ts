import type { Random } from '@seedcore/protocol';
import { type BreakerPolicy, defaultBreaker, suspecting } from './breaker-policy.ts';
import type { BreakerState, BreakerStatus, Override, TripReason } from './breaker-status.ts';
import type { Outcome } from './outcome.ts';
import { Permits, UNKNOWN } from './permits.ts';
import { Window } from './window.ts';

/** Told about every change of state. */
export type OnTransition = (to: BreakerState, reason: TripReason | undefined) => void;

/** What {@link Breaker.ask} answers when the attempt must not be made. */
export const REFUSED = 0;

type Shown = Exclude<Outcome, 'void'>;

const SETTLED = 0;
const FAILED = 1;
const SLOW = 2;
const JITTER = 0.2;

/**
 * Refuses attempts to a target that keeps failing, and probes it with a few leased ones before it trusts it again.
 * A permit is settled once; an unknown, ended or outdated one changes nothing (S3).
 */
export class Breaker {
  #policy: BreakerPolicy;
  readonly #random: Random;
  readonly #onTransition: OnTransition;
  readonly #window = new Window(3);
  /** Each with the time its lease ends; while closed, with the whole ms in which it was given. */
  readonly #permits = new Permits();
  /** The policy in force: the own one, or the stricter one of a suspect. */
  #thresholds: BreakerPolicy;
  #suspected = false;
  #state: BreakerState = 'closed';
  #override: Override | undefined;
  #run = 0;
  /** In whole ms, as permits are. */
  #answeredAt = Number.NEGATIVE_INFINITY;
  #passed = 0;
  #openedAt = 0;
  #until = 0;
  #trips = 0;
  #closedAt = Number.NEGATIVE_INFINITY;
  #reason: TripReason | undefined;
  #now = Number.NEGATIVE_INFINITY;

  constructor(random: Random, policy: BreakerPolicy = defaultBreaker, onTransition: OnTransition = () => {}) {
    this.#random = random;
    this.#policy = policy;
    this.#thresholds = policy;
    this.#onTransition = onTransition;
  }

  /** Where it stands, without looking at the clock. */
  get state(): BreakerState {
    return this.#state;
  }

  /** Why it opened last; undefined while closed. */
  get reason(): TripReason | undefined {
    return this.#reason;
  }

  /** Openings in a row before this one: 0 at the first. */
  get k(): number {
    return Math.max(0, this.#trips - 1);
  }

  /** When it opened last, for the order of ejection. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** Asks for an attempt of `budgetMs`: a permit to settle later, or {@link REFUSED}. */
  ask(at: number, budgetMs: number): number {
    const now = this.#seen(at);
    if (this.#state === 'closed') return this.#permits.take(Math.floor(now));
    if (!this.#ready(now)) return REFUSED;
    if (this.#state === 'open') this.#become('half_open', undefined);
    return this.#permits.take(now + budgetMs);
  }

  /** Whether {@link ask} would give a permit now. */
  ready(at: number): boolean {
    return this.#ready(this.#seen(at));
  }

  /** Settles a permit with what its attempt showed. */
  settle(permit: number, outcome: Outcome, at: number): void {
    const now = this.#seen(at);
    const given = this.#permits.end(permit);
    if (given === UNKNOWN || outcome === 'void') return;
    if (this.#state !== 'half_open') this.#judge(outcome, given < this.#answeredAt, now);
    else if (given > now) this.#judgeProbe(outcome, now);
  }

  /** Counts an attempt that was made without a permit, in a panic: it opens and closes nothing. */
  note(outcome: Outcome, at: number): void {
    if (outcome !== 'void') this.#count(outcome, this.#seen(at));
  }

  /** An operator's word, or its removal, after which the breaker starts again, closed and empty. */
  override(word: Override | undefined, at: number): void {
    const now = this.#seen(at);
    if (word === this.#override) return;
    this.#override = word;
    if (word === 'isolate') {
      this.#openedAt = now;
      this.#become('open', 'isolate');
    } else if (word === undefined || this.#state !== 'closed') this.#close(now);
  }

  /** A quorum of callers suspects the target, or no longer does; this alone opens nothing (S11). */
  suspect(suspected: boolean): void {
    this.#suspected = suspected;
    this.#thresholds = suspected ? suspecting(this.#policy) : this.#policy;
  }

  /** Changes the policy while running: it judges what is settled, opened and probed from now on, and this alone opens nothing. */
  setPolicy(policy: BreakerPolicy, at: number): void {
    const now = this.#seen(at);
    this.#policy = policy;
    this.suspect(this.#suspected);
    if (this.#state === 'half_open' && this.#passed >= policy.probes) this.#close(now);
  }

  /** Milliseconds until it is worth asking again; 0 when it would be granted now, a step while isolated. */
  retryAfterMs(at: number): number {
    const now = this.#seen(at);
    if (this.#ready(now)) return 0;
    if (this.#override === 'isolate') return this.#policy.openMs;
    if (this.#state === 'open') return this.#until - now;
    const ends = this.#permits.least();
    return Number.isFinite(ends) ? ends - now : this.#policy.openMs;
  }

  /** For reports: state, why and until when it is open, how often it opened in a row, and the window. */
  status(at: number): BreakerStatus {
    const now = this.#seen(at);
    if (this.#state === 'half_open') this.#permits.endUpTo(now);
    return {
      state: this.#state,
      reason: this.#reason,
      until: this.#state === 'open' && this.#override === undefined ? this.#until : undefined,
      k: this.k,
      override: this.#override,
      suspect: this.#suspected,
      run: this.#run,
      leases: this.#state === 'half_open' ? this.#permits.held : 0,
      passed: this.#passed,
      settled: this.#window.sum(SETTLED, now),
      failed: this.#window.sum(FAILED, now),
      slow: this.#window.sum(SLOW, now),
    };
  }

  #seen(at: number): number {
    if (at > this.#now) this.#now = at;
    return this.#now;
  }

  #ready(now: number): boolean {
    if (this.#state === 'closed') return true;
    if (this.#override === 'isolate') return false;
    if (this.#state === 'open') return now >= this.#until;
    this.#permits.endUpTo(now);
    return this.#permits.held + this.#passed < this.#policy.probes;
  }

  /**
   * A run is of attempts during which nobody was answered: when one instance of several dies, all that was on its way
   * to it fails at once, between the answers of the others, and says nothing about the target as a whole.
   */
  #judge(outcome: Shown, besideAnswers: boolean, now: number): void {
    if (outcome === 'hard') this.#run += besideAnswers ? 0 : 1;
    else if (outcome !== 'soft') this.#answered(now);
    this.#count(outcome, now);
    if (this.#override === 'hold') return;
    const reason = this.#tripReason(now);
    if (reason !== undefined) this.#open(reason, now);
  }

  #answered(now: number): void {
    this.#run = 0;
    this.#answeredAt = Math.floor(now);
  }

  #count(outcome: Shown, now: number): void {
    this.#window.add(SETTLED, now);
    if (outcome === 'hard' || outcome === 'soft') this.#window.add(FAILED, now);
    if (outcome === 'slow') this.#window.add(SLOW, now);
  }

  #tripReason(now: number): TripReason | undefined {
    const { run, minSettled, failedShare, slowShare } = this.#thresholds;
    if (this.#run >= run) return 'run';
    const settled = this.#window.sum(SETTLED, now);
    if (settled < minSettled) return undefined;
    if (this.#window.sum(FAILED, now) / settled >= failedShare) return 'rate';
    if (this.#window.sum(SLOW, now) / settled >= slowShare) return 'slow';
    return undefined;
  }

  #judgeProbe(outcome: Shown, now: number): void {
    if (outcome === 'answer') this.#passed += 1;
    else this.#open('probe', now);
    if (this.#passed >= this.#policy.probes) this.#close(now);
  }

  #open(reason: TripReason, now: number): void {
    const { openMs, openCapMs, forgiveMs } = this.#policy;
    if (this.#state === 'closed' && now - this.#closedAt >= forgiveMs) this.#trips = 0;
    const step = Math.min(openCapMs, openMs * 2 ** this.#trips);
    this.#trips += 1;
    this.#openedAt = now;
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
