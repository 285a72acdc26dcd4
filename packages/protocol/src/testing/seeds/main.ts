import { runSeeds, type SeededWork, seedsOf } from './run-seeds.ts';

/** Runs `work` with the seeds 1 to `count`, or only with the one that SC_SEED names; a failure says its seed. */
export async function forSeeds(count: number, work: SeededWork): Promise<void> {
  await runSeeds(seedsOf(count, process.env['SC_SEED']), work);
}
