import { BEAT_MS, MAX_TARGETS } from './presence-body.ts';

/** Calls in the window with which a caller counts as one that has traffic. */
const MIN_CALLS = 10;

type Totals = ReadonlyMap<string, number>;

/** Turns counters that only grow into calls of the last two beats, 10 s. */
export class Traffic {
  #older: Totals = new Map();
  #newer: Totals = new Map();
  #at = Number.NEGATIVE_INFINITY;

  /** Targets with ten or more calls, the busiest 64, given all calls ever made to each. */
  sample(totals: Totals, now: number): Readonly<Record<string, number>> {
    const since = this.#older;
    // A change of state beats out of turn: that must not shorten the window.
    if (now - this.#at >= BEAT_MS) {
      this.#older = this.#newer;
      this.#newer = totals;
      this.#at = now;
    }
    const counts = [...totals].map(([target, total]) => [target, total - (since.get(target) ?? 0)] as const);
    const busy = counts.filter(([, calls]) => calls >= MIN_CALLS).sort(([, a], [, b]) => b - a);
    return Object.fromEntries(busy.slice(0, MAX_TARGETS));
  }
}
