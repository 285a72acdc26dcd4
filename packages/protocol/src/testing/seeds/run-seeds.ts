import { SeededRandom } from '../seeded-random.ts';

/** One run with the chance of one seed. */
export type SeededWork = (random: SeededRandom) => void | Promise<void>;

/**
 * The seeds to run: 1 to `count`, or only the one that is asked for.
 *
 * @throws RangeError when `asked` is set and is not a whole number from 0 to 2³² − 1
 */
export function seedsOf(count: number, asked: string | undefined): readonly number[] {
  if (!asked) return Array.from({ length: count }, (_, i) => i + 1);
  const seed = /^\d{1,10}$/.test(asked) ? Number(asked) : Number.NaN;
  if (!(seed < 2 ** 32)) throw new RangeError(`SC_SEED: "${asked}" is not a whole number from 0 to ${2 ** 32 - 1}`);
  return [seed];
}

/**
 * Runs `work` once for each seed, one after the other.
 *
 * @throws Error at the first run that fails, naming its seed and how to repeat it
 */
export async function runSeeds(seeds: readonly number[], work: SeededWork): Promise<void> {
  for (const seed of seeds) {
    try {
      await work(new SeededRandom(seed));
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`seed ${seed} (repeat with SC_SEED=${seed}): ${what}`, { cause });
    }
  }
}
