import { forSeeds, SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { checkStore } from '../store-check.ts';
import { hiddenWrites } from '../store-hidden.ts';
import * as plants from './plants.ts';
import { type Plant, simulateRecords } from './simulate-records.ts';
import { noTrouble, type Trouble } from './unruly.ts';

const SEEDS = 60;
/** faults.md promises that each planted bug is caught within this many seeds. */
const CAUGHT_WITHIN = 500;

/** Adds up what befell the runs. */
function add(sum: Trouble, more: Trouble): void {
  for (const what of ['late', 'slow', 'refusedWritten', 'lostAnswer', 'lostRequest', 'outage', 'stale'] as const)
    sum[what] += more[what];
}

test('store.S1, S2, S5, S6, S7, S9, S10, S11: hold in every simulated run', async () => {
  const sum = { ...noTrouble(), hidden: 0, done: 0, refused: 0, unknown: 0 };
  await forSeeds(SEEDS, async (random) => {
    const { history, trouble } = await simulateRecords(random);
    expect(checkStore(history)).toEqual([]);
    add(sum, trouble);
    sum.hidden += hiddenWrites(history.attempts, history.log).refused;
    for (const { outcome } of history.operations) sum[outcome] += 1;
  });
  console.log(`over ${SEEDS} seeds: ${JSON.stringify(sum)}`);
  for (const [what, times] of Object.entries(sum)) expect(`${what} ${times > 0}`).toBe(`${what} true`);
});

const planted: readonly (readonly [string, RegExp, Plant])[] = [
  ['`_w` not checked', /store\.(S6|S9|S10)/, plants.ignoresWriteIds],
  ['refusal taken as "not done"', /store\.(S6|S9|S10)/, plants.trustsRefusals],
  ['silence taken as "done"', /store\.S6/, plants.trustsSilence],
  ['a write that compares nothing', /store\.S1/, plants.writesBlindly],
  ['a batch written one by one', /store\.S5/, plants.writesBatchesInParts],
  ['watch drops one event in 1,000', /store\.S7/, plants.dropsEvents(1_000)],
  ['watch shows what never was', /store\.S11/, plants.repeatsEvents],
];

test.each(planted)('the checkers catch the planted bug: %s', async (_what, names, plant) => {
  let seed = 0;
  let found: readonly string[] = [];
  while (found.length === 0 && seed < CAUGHT_WITHIN) {
    seed += 1;
    const { history } = await simulateRecords(new SeededRandom(seed), plant);
    found = checkStore(history).filter((wrong) => names.test(wrong));
  }
  console.log(`seed ${seed}: ${found[0]}`);
  expect(found).not.toEqual([]);
});
