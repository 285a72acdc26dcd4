import { expect, test } from 'vitest';
import { SeededRandom } from './seeded-random.ts';

const draws = (random: SeededRandom, count = 1_000) => Array.from({ length: count }, () => random.next());

/** Pearson's correlation of two equally long series. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, one) => sum + one, 0) / x.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, one, i) => sum + (one - mx) * ((y[i] ?? 0) - my), 0);
  return product(a, meanA, b, meanB) / Math.sqrt(product(a, meanA, a, meanA) * product(b, meanB, b, meanB));
}

test('the same seed gives the same draws, evenly spread over [0, 1)', () => {
  const seen = draws(new SeededRandom(42), 10_000);
  expect(seen).toEqual(draws(new SeededRandom(42), 10_000));
  const tenths = Array.from({ length: 10 }, (_, i) => seen.filter((one) => Math.floor(one * 10) === i).length);
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...seen)).toBeLessThan(1);
});

test('a fork is the same whatever its parent has drawn', () => {
  const parent = new SeededRandom(7);
  const before = draws(parent.fork('network'));
  draws(parent);
  expect(draws(parent.fork('network'))).toEqual(before);
});

test('forks by different names, of different seeds, and their parent are independent', () => {
  const parent = new SeededRandom(1);
  const streams = [
    parent,
    ...['a', 'b', 'ab', 'ba', ''].map((name) => parent.fork(name)),
    new SeededRandom(2).fork('a'),
  ];
  const series = [...streams, parent.fork('a').fork('b')].map((random) => draws(random));
  for (const [i, one] of series.entries())
    for (const other of series.slice(i + 1)) expect(Math.abs(correlation(one, other))).toBeLessThan(0.12);
});
