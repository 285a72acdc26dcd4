import { CubicRate } from './cubic-rate.ts';
import type { Outcome } from './outcome.ts';
import { Permits, UNKNOWN } from './permits.ts';
import { Window } from './window.ts';

/** What a provider allows: so many at once, refilled at a rate, and so many in any minute. */
export type TokenPolicy = { readonly burst: number; readonly perSecond: number; readonly perMinute: number };

/** The documented defaults of model providers. */
export const defaultTokens: TokenPolicy = { burst: 5, perSecond: 10, perMinute: 60 };

const NONE = 0;
const SPENT = 0;
/** A token spent in second i returns at second i + 61, so that no sixty seconds, wherever they begin, see too many. */
const MINUTE = 61;
/** Rounding of a refill is no reason to refuse. */
const EPSILON = 1e-9;

/** Keeps calls to a provider within its limits per second and per minute: both levels give a token, or neither does. */
export class Tokens {
  readonly #policy: TokenPolicy;
  readonly #rate: CubicRate;
  readonly #minute = new Window(1, MINUTE);
  /** Each with the time it was given. */
  readonly #permits = new Permits();
  #level: number;
  #now = 0;

  constructor(policy: TokenPolicy = defaultTokens) {
    this.#policy = policy;
    this.#rate = new CubicRate(policy.perSecond);
    this.#level = policy.burst;
  }

  /** Takes a token: a permit to settle later, or 0 when there is none now. */
  ask(at: number): number {
    const now = this.#refill(at);
    if (this.#waitMs(now) > 0) return NONE;
    this.#level -= 1;
    this.#minute.add(SPENT, now);
    return this.#permits.take(now);
  }

  /** Settles a permit once (S3); a token that was never used comes back (S4). */
  settle(permit: number, outcome: Outcome, at: number): void {
    this.#refill(at);
    const givenAt = this.#permits.end(permit);
    if (givenAt === UNKNOWN || outcome !== 'void') return;
    this.#level = Math.min(this.#policy.burst, this.#level + 1);
    this.#minute.remove(SPENT, givenAt);
  }

  /** The provider answered 429: go slower, and find the way back. */
  limited(at: number): void {
    this.#rate.cut(this.#refill(at));
  }

  /** Whole ms until a token may be there; 0 when one is there now. */
  retryAfterMs(at: number): number {
    return this.#waitMs(this.#refill(at));
  }

  /** Tokens at hand and the present rate per second, for reports. */
  status(at: number): TokenStatus {
    const now = this.#refill(at);
    return {
      level: this.#level,
      perSecond: this.#rate.at(now),
      spentInMinute: this.#minute.sum(SPENT, now),
      burst: this.#policy.burst,
      perMinute: this.#policy.perMinute,
    };
  }

  #refill(at: number): number {
    if (at > this.#now) {
      this.#level = Math.min(this.#policy.burst, this.#level + this.#rate.between(this.#now, at));
      this.#now = at;
    }
    return this.#now;
  }

  #waitMs(now: number): number {
    const missing = 1 - this.#level;
    const levelMs = missing <= EPSILON ? 0 : Math.ceil((1_000 * missing) / this.#rate.at(now) - EPSILON);
    if (this.#minute.sum(SPENT, now) < this.#policy.perMinute) return levelMs;
    return Math.max(levelMs, Math.ceil(this.#minute.oldestLeavesAt(SPENT, now) - now));
  }
}

/** A pair of buckets as reports show it. */
export type TokenStatus = {
  readonly level: number;
  readonly perSecond: number;
  readonly spentInMinute: number;
  readonly burst: number;
  readonly perMinute: number;
};
