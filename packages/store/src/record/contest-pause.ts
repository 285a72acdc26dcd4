import type { Random } from '@seedcore/protocol';

const FIRST_MS = 5;
const LONGEST_MS = 200;

/** A pause before the next try of a contest, full jitter, in ms. */
export const contestPauseMs = (random: Random, tries: number): number =>
  random.next() * Math.min(LONGEST_MS, FIRST_MS * 2 ** tries);
