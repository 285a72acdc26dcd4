import fc from 'fast-check';
import { expect, test } from 'vitest';
import { respawnDelayMs } from './respawn.ts';

test.each([
  [1, 1200],
  [2, 2200],
  [3, 4200],
])('the pause after run %i ends by %i ms', (attempt, end) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (draw) => {
      const delay = respawnDelayMs(attempt, draw);
      expect(delay).toBeGreaterThanOrEqual(200);
      expect(delay).toBeLessThanOrEqual(end);
    }),
  );
});

test('what the failed run asked for is the least', () => {
  expect(respawnDelayMs(1, 0.5, 9000)).toBe(9000);
});
