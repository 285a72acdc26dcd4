import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_AGAIN_MS, redeliveryDelayMs } from './redelivery.ts';

test('pauses grow fourfold from 2 s to a minute, around 200 ms at least', () => {
  expect([1, 2, 3, 4].map((n) => redeliveryDelayMs(n, 0))).toEqual([200, 200, 200, 200]);
  expect([1, 2, 3, 4].map((n) => redeliveryDelayMs(n, 0.5))).toEqual([1_200, 4_200, 16_200, 30_200]);
});

test('a failure may ask for more, never for less, nor for more than a minute', () => {
  expect(redeliveryDelayMs(1, 0.5, 9_000)).toBe(9_000);
  expect(redeliveryDelayMs(1, 0.5, 10)).toBe(1_200);
  expect(redeliveryDelayMs(1, 0.5, 3_600_000)).toBe(MAX_AGAIN_MS);
});

test('whatever fails how often, the pause stays between 200 ms and a minute', () => {
  const draws = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), draws, fc.nat(1e9), (deliveries, r, wanted) => {
      const ms = redeliveryDelayMs(deliveries, r, wanted);
      expect(ms).toBeGreaterThanOrEqual(200);
      expect(ms).toBeLessThanOrEqual(MAX_AGAIN_MS);
      expect(ms).toBeGreaterThanOrEqual(Math.min(wanted, MAX_AGAIN_MS));
    }),
  );
});
