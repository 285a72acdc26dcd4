import type { Random } from '@seedcore/protocol';

/**
 * A draw of the standard normal distribution, for tests.
 *
 * @source Box & Muller, "A Note on the Generation of Random Normal Deviates" (1958)
 */
export function normalNoise(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** `length` values of a function of time. */
export function seriesOf(length: number, valueAt: (t: number) => number): number[] {
  return Array.from({ length }, (_, t) => valueAt(t));
}
