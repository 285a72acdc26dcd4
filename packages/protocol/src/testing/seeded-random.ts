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

  /** An independent stream named `name`, the same for the same seed, whatever this one has drawn. */
  fork(name: string): SeededRandom {
    // Scattered first: otherwise seed 1 and name b would be seed 2 and name a.
    let hash = scattered(this.seed);
    for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    // Scattered last: otherwise a fork of a fork would be the fork by both names written together.
    return new SeededRandom(scattered(hash + 0x9e3779b9));
  }
}

/**
 * A number in which every bit depends on every bit of `x`; 32 bits, unsigned.
 *
 * @source MurmurHash3, public domain, by Austin Appleby: fmix32
 */
function scattered(x: number): number {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
