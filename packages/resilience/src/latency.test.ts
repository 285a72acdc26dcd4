import { expect, test } from 'vitest';
import { LatencyEstimate } from './latency.ts';

function fed(values: Iterable<number>): LatencyEstimate {
  const estimate = new LatencyEstimate();
  for (const value of values) estimate.add(value);
  return estimate;
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test('nothing is known before fifty samples', () => {
  expect(fed(upTo(49)).quantile(0.5)).toBeUndefined();
  expect(fed(upTo(50)).quantile(0.5)).toBe(25);
});

test('quantiles are nearest-rank over a hundred samples', () => {
  const estimate = fed(upTo(100).reverse());
  const quantiles = [0.5, 0.9, 0.95, 0.99] as const;
  expect(quantiles.map((q) => estimate.quantile(q))).toEqual([50, 90, 95, 99]);
});

test('only the newest 256 samples count', () => {
  expect(fed([...upTo(1_000), ...Array.from({ length: 256 }, () => 7)]).quantile(0.99)).toBe(7);
});

test('an estimate that was read is at most sixteen samples old', () => {
  const estimate = fed(Array.from({ length: 50 }, () => 1));
  expect(estimate.quantile(0.99)).toBe(1);
  for (let i = 0; i < 16; i++) estimate.add(9);
  expect(estimate.quantile(0.99)).toBe(9);
});
