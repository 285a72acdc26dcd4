import { type Random, randomText } from '@seedcore/protocol';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** Tells two dozen writes of one record from each other: two billion are enough, and the record stays small. */
const LENGTH = 6;

/** The name of one write, by which it is found again when its answer is in doubt. */
export const writeId = (random: Random): string => randomText(random, ALPHABET, LENGTH);
