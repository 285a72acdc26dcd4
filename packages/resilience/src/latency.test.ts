import fc from 'fast-check';
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

test('quantiles are those of the newest 256 sorted anew, at every moment', () => {
  const ms = fc.oneof(fc.nat(5), fc.double({ min: -1, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(
      fc.oneof(fc.array(ms, { minLength: 50, maxLength: 255 }), fc.array(ms, { minLength: 257, maxLength: 600 })),
      (values) => {
        const estimate = fed(values.slice(0, -1));
        estimate.add(values.at(-1) ?? 0);
        const newest = values.slice(-256).map((value) => Math.max(0, value));
        const sorted = newest.sort((a, b) => a - b);
        for (const q of [0.5, 0.9, 0.95, 0.99] as const) {
          expect(estimate.quantile(q)).toBe(sorted[Math.ceil(q * sorted.length) - 1]);
        }
      },
    ),
  );
});
