import { streamAsset } from '../asset.ts';

/** A repeat within this time is recognised. */
const DUPLICATE_WINDOW_MS = 600_000;
/**
 * The broker recognises repeats by the messages that it still has: with one message per subject it would forget them at a
 * restart, and count a repeat twice.
 */
const KEPT_PER_COUNTER = 50_000;

/** Where counters are kept: each increment as a message whose body is the sum so far. */
export const countersStream = streamAsset('COUNTERS', 'Counters; a body is the sum so far.', {
  subjects: ['rl.>'],
  maxAgeMs: 0,
  perSubject: KEPT_PER_COUNTER,
  duplicateWindowMs: DUPLICATE_WINDOW_MS,
  counters: true,
});
