import type { Criticality, Random } from '@seedcore/protocol';
import type { Outcome } from './outcome.ts';
import { Window } from './window.ts';

/** How many requests per accepted one are sent on, by class; the rest is refused by chance. */
export type ThrottlePolicy = { readonly k: number; readonly criticalK: number };

/** The documented defaults. */
export const defaultThrottle: ThrottlePolicy = { k: 2, criticalK: 4 };

const REQUESTS = 0;
const ACCEPTS = 1;
const SECONDS = 30;
const MOST = 0.9;
/** Fewer requests in the window say nothing: one refusal is not yet a habit. */
const LEAST_REQUESTS = 20;

/**
 * Refuses a growing share of the calls to a target that refuses them itself, so that it need not spend on saying no.
 * A request counts when it ends, so that slow answers are no refusals, and a void one not at all (S4).
 * @source "Handling Overload", Site Reliability Engineering (2016), client-side throttling
 */
export class Throttle {
  readonly #window = new Window(2, SECONDS);
  readonly #random: Random;
  #policy: ThrottlePolicy | 'off';

  constructor(random: Random, policy: ThrottlePolicy | 'off' = defaultThrottle) {
    this.#random = random;
    this.#policy = policy;
  }

  /** True when the call should be refused here; that counts as a request nobody accepted. */
  refuses(criticality: Criticality, now: number): boolean {
    const p = this.probability(criticality, now);
    if (p === 0 || this.#random.next() >= p) return false;
    this.#window.add(REQUESTS, now);
    return true;
  }

  /** A request ended; anything but `soft` was accepted. */
  settle(outcome: Outcome, now: number): void {
    if (outcome === 'void') return;
    this.#window.add(REQUESTS, now);
    if (outcome !== 'soft') this.#window.add(ACCEPTS, now);
  }

  /** Changes the policy while running; switched off it refuses nobody and goes on counting. */
  setPolicy(policy: ThrottlePolicy | 'off'): void {
    this.#policy = policy;
  }

  /** The share refused at `now`, in [0, 0.9]; 0 while accepts ≥ requests ÷ K (S23), and below twenty requests. */
  probability(criticality: Criticality, now: number): number {
    if (this.#policy === 'off') return 0;
    const requests = this.#window.sum(REQUESTS, now);
    if (requests < LEAST_REQUESTS) return 0;
    const k = criticality === 'critical' ? this.#policy.criticalK : this.#policy.k;
    const surplus = requests - k * this.#window.sum(ACCEPTS, now);
    return surplus <= 0 ? 0 : Math.min(MOST, surplus / (requests + 1));
  }
}
