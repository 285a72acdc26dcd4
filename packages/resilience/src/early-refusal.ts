import { Window } from './window.ts';

const CALLS = 0;
const REFUSALS = 1;
const MAX_SHARE = 0.2;

/**
 * Refuses calls that have less time left than the target usually needs.
 * At most a fifth of the calls of ten seconds, because a wrong estimate must not starve a target.
 */
export class EarlyRefusal {
  readonly #window = new Window(2);

  /** True when the call should be refused; counts it either way. `floorMs` undefined means unknown: never refused. */
  refuses(budgetMs: number, floorMs: number | undefined, now: number): boolean {
    this.#window.add(CALLS, now);
    if (floorMs === undefined || budgetMs >= floorMs) return false;
    if (this.#window.sum(REFUSALS, now) + 1 > MAX_SHARE * this.#window.sum(CALLS, now)) return false;
    this.#window.add(REFUSALS, now);
    return true;
  }
}
