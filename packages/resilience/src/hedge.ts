import type { RetryBudget } from './retry-budget.ts';
import { Window } from './window.ts';

const CALLS = 0;
const HEDGES = 1;
const SHARE = 0.02;

/** Limits second attempts to one target to a fiftieth of its calls in ten seconds; each is paid from the retry budget too. */
export class HedgeBudget {
  readonly #window = new Window(2);
  readonly #retries: RetryBudget;
  readonly #share: number;

  constructor(retries: RetryBudget, share: number = SHARE) {
    this.#retries = retries;
    this.#share = share;
  }

  /** A call makes its first attempt. */
  call(now: number): void {
    this.#window.add(CALLS, now);
  }

  /** Takes a unit for one hedge that is sent at once; false when none is left. */
  take(now: number): boolean {
    if (this.#window.sum(HEDGES, now) + 1 > this.#share * this.#window.sum(CALLS, now)) return false;
    if (!this.#retries.hedge(now)) return false;
    this.#window.add(HEDGES, now);
    return true;
  }
}

/** Which of the attempts of a race: the first, or the hedge. */
export type Runner = 'first' | 'second';

/**
 * One attempt that may get a second one elsewhere after a silence as long as the target's p95.
 * One at most, never at the same instance (S25); the first answer wins, and the other is cancelled and void.
 */
export class HedgeRace {
  readonly #instance: string;
  #firstRuns = true;
  #secondRuns = false;
  #hedged = false;

  constructor(instance: string) {
    this.#instance = instance;
  }

  /** Nothing was heard for the p95: whether to send to `other` now; it counts as sent when true. */
  silence(other: string, budget: HedgeBudget, now: number): boolean {
    if (this.#hedged || !this.#firstRuns) return false;
    if (other === this.#instance || !budget.take(now)) return false;
    this.#hedged = true;
    this.#secondRuns = true;
    return true;
  }

  /** An answer arrived: true when it is the reply, then {@link loser} is to be cancelled; later ones are void. */
  answer(from: Runner): boolean {
    return this.#end(from);
  }

  /** One failed: true when nobody is left to wait for, so that this failure is the one of the race. */
  failed(from: Runner): boolean {
    return this.#end(from) && !this.#firstRuns && !this.#secondRuns;
  }

  /** Takes out whoever still runs after an answer; undefined when nobody does. */
  loser(): Runner | undefined {
    if (this.#end('first')) return 'first';
    return this.#end('second') ? 'second' : undefined;
  }

  #end(runner: Runner): boolean {
    const ran = runner === 'first' ? this.#firstRuns : this.#secondRuns;
    if (runner === 'first') this.#firstRuns = false;
    else this.#secondRuns = false;
    return ran;
  }
}
