import type { Random } from '../random.ts';

/**
 * Repeatable chance: the same seed gives the same draws.
 *
 * @source mulberry32, public domain generator by Tommy Ettinger
 */
export class SeededRandom implements Random {
  readonly seed: number;
  #state: number;

  constructor(seed = 1) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** An independent stream named `name`, the same for the same seed. */
  fork(name: string): SeededRandom {
    let hash = this.seed >>> 0;
    for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return new SeededRandom(hash);
  }
}
