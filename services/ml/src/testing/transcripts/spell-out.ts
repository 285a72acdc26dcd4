import type { Random } from '@seedcore/protocol';

/** Draws from one seeded chance. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  /** A whole number from `from` to `to`. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.#random.next() * (to - from + 1));
  }

  one<T>(all: readonly T[]): T {
    const drawn = all[this.whole(0, all.length - 1)];
    if (drawn === undefined) throw new Error('nothing to draw from');
    return drawn;
  }

  shuffled<T>(all: readonly T[]): T[] {
    return all
      .map((one) => ({ one, key: this.#random.next() }))
      .sort((a, b) => a.key - b.key)
      .map(({ one }) => one);
  }
}

/** Writes out a pattern: `{a|b}` is one of both, `#` a number, `%i` and `%n` the count and its end. */
export function spellOut(
  pattern: string,
  draw: Draw,
  count: { readonly i: number; readonly n: number } = { i: 1, n: 9 },
) {
  return pattern
    .replace(/\{([^{}]*)\}/gu, (_, choices: string) => draw.one(choices.split('|')))
    .replace(/#/gu, () => String(draw.whole(2, 900)))
    .replace(/%i/gu, String(count.i))
    .replace(/%n/gu, String(count.n));
}
