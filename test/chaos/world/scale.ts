import { SeededRandom } from '@seedcore/protocol/testing';

/** Seed of all chance in the chaos tests; `SC_SEED` gives another one. */
const SEED = Number(process.env['SC_SEED'] ?? 20_261_122);

/** True for the size of the acceptance list itself, `SC_CHAOS=full`; otherwise everything is small enough for every build. */
export const FULL = process.env['SC_CHAOS'] === 'full';

/** The size of something: small, or as the acceptance list has it. */
export const scaled = <T>(small: T, full: T): T => (FULL ? full : small);

/** Time for a whole test, in ms: five minutes, or an hour at full size; it only ends a hang. */
export const TEST_MS = scaled(300_000, 3_600_000);

/** The chance of one test, its seed printed so that the test can be run again with the same. */
export function chanceOf(claim: string): SeededRandom {
  console.log(`${claim}: SC_SEED=${SEED}${FULL ? ' SC_CHAOS=full' : ''}`);
  return new SeededRandom(SEED).fork(claim);
}

/** Prints what a test has measured, in one line that the script of the full size gathers. */
export function figures(claim: string, measured: Readonly<Record<string, number | string>>): void {
  console.log(`figures ${claim} ${JSON.stringify(measured)}`);
}

/** The `share`th part of the values in their order: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
