import type { Random } from '@seedcore/protocol';

/** Whether an input was taken; one that is taken must be explained, else the subject throws. */
export type Verdict = 'taken' | 'refused';

/** Something that is given inputs nobody wrote. */
export type Subject = {
  readonly name: string;
  /** Draws one input. */
  readonly draw: (random: Random) => unknown;
  /**
   * Gives it one input. Deterministic, so that a slow one can be timed again.
   *
   * @throws when it crashes, or takes what cannot be explained
   */
  readonly give: (input: unknown) => Verdict;
};

/** A subject whose inputs have a type of their own. */
export function subject<I>(name: string, draw: (random: Random) => I, give: (input: I) => Verdict): Subject {
  return { name, draw, give: (input) => give(input as I) };
}

/** A whole number from 0 to below `n`. */
export const below = (random: Random, n: number): number => Math.floor(random.next() * n);

/** One of them. */
export function oneOf<T>(random: Random, all: readonly T[]): T {
  const one = all[below(random, all.length)];
  if (one === undefined) throw new RangeError('nothing to choose from');
  return one;
}
