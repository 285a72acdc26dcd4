import { expect, test } from 'vitest';
import { ascending } from './quantile.ts';
import { rarityOf, tailOf } from './tail-threshold.ts';

const rarity = rarityOf(0.5);
const many = 20_000;
const evenly = (quantileAt: (u: number) => number) =>
  ascending(Array.from({ length: many }, (_, i) => quantileAt((i + 0.5) / many)));

test('sensitivity is the chance of a false alarm per point, on a log scale', () => {
  expect(rarityOf(0).p).toBeCloseTo(1e-6, 12);
  expect(rarityOf(0.5)).toMatchObject({ p: expect.closeTo(1e-4, 12), normal: expect.closeTo(3.8906, 4) });
  expect(rarityOf(1).p).toBeCloseTo(1e-2, 12);
});

test('the threshold of exponential residuals is exact', () => {
  const { sigma, threshold } = tailOf(
    evenly((u) => -Math.log(1 - u)),
    rarity,
    1,
  );
  expect(threshold * sigma).toBeCloseTo(-Math.log(1e-4), 1);
});

test('the threshold of even residuals is the normal one', () => {
  expect(
    tailOf(
      evenly((u) => u),
      rarity,
      1,
    ).threshold,
  ).toBeCloseTo(rarity.normal, 2);
});

test('a few wild residuals change nothing', () => {
  const calm = Array.from({ length: 1000 }, (_, i) => -Math.log((i + 0.5) / 1000));
  const tail = tailOf(ascending(calm), rarity, 1);
  const wild = tailOf(ascending([...calm.slice(20), ...calm.slice(0, 20).map((r) => r * 1e6)]), rarity, 1);
  expect(wild.threshold).toBeCloseTo(tail.threshold, 6);
});

test('residuals that are mostly 0 spread as far as the rarer ones do', () => {
  const tenth = ascending(Array.from({ length: 100 }, (_, i) => (i < 90 ? 0 : 1)));
  expect(tailOf(tenth, rarity, 1).sigma).toBeCloseTo(1 / 1.96, 3);
});

test('no spread at all is rounding', () => {
  expect(tailOf(ascending([0, 0, 0]), rarity, 5).sigma).toBe(5e-9);
});
