import { expect, test } from 'vitest';
import { runSeeds, seedsOf } from './run-seeds.ts';

test('without a wish the seeds are the first ones, so that a test that fails once fails every time', () => {
  expect(seedsOf(3, undefined)).toEqual([1, 2, 3]);
  expect(seedsOf(3, '')).toEqual([1, 2, 3]);
});

test('SC_SEED repeats one seed, also one beyond the count', () => {
  expect(seedsOf(3, '17')).toEqual([17]);
  expect(seedsOf(3, '0')).toEqual([0]);
});

test.each(['x', '-1', '1.5', '4294967296', '17 '])('SC_SEED=%s is refused by name', (asked) => {
  expect(() => seedsOf(3, asked)).toThrow(/^SC_SEED: ".+" is not a whole number/);
});

test('a failure names its seed and ends the run', async () => {
  const seen: number[] = [];
  const cause = new Error('two leases at once');
  const run = runSeeds([1, 2, 3], async ({ seed }) => {
    seen.push(seed);
    if (seed === 2) throw cause;
  });
  await expect(run).rejects.toMatchObject({ message: 'seed 2 (repeat with SC_SEED=2): two leases at once', cause });
  expect(seen).toEqual([1, 2]);
});

test('each run has the chance of its seed', async () => {
  const draws: number[] = [];
  for (const seeds of [[5, 6], [5]]) await runSeeds(seeds, (random) => void draws.push(random.next()));
  expect(draws[0]).toBe(draws[2]);
  expect(draws[0]).not.toBe(draws[1]);
});
