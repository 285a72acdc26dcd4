import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countDurations, mergeDurations, quantileOf } from './duration-histogram.ts';

const durations = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 200 });

test('a quantile is never too low, and at most a step and its rounding too high', () => {
  fc.assert(
    fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (all, q) => {
      const exact = [...all].sort((a, b) => a - b)[Math.ceil(q * all.length) - 1] ?? Number.NaN;
      const told = quantileOf(countDurations(all), q) ?? Number.NaN;
      expect(told).toBeGreaterThanOrEqual(Math.max(1, exact) * 0.994);
      expect(told).toBeLessThanOrEqual(Math.max(1, exact) * 1.1 * 1.006);
    }),
  );
});

test('what two count apart is what one would have counted', () => {
  fc.assert(
    fc.property(durations, durations, (one, other) => {
      expect(mergeDurations([countDurations(one), countDurations(other)])).toEqual(countDurations([...one, ...other]));
    }),
  );
});

test('nothing has no quantile', () => {
  expect(quantileOf({}, 0.5)).toBeUndefined();
});
