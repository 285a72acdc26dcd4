import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { defaultRetry, MAX_DELAY_MS, retryDelayMs } from './retry-delay.ts';

const draw = (next: number) => ({ random: { next: () => next } });

test('each pause lies in its window above 200 ms', () => {
  expect([1, 2, 3].map((spent) => retryDelayMs(spent, defaultRetry, draw(0)))).toEqual([200, 200, 200]);
  expect([1, 2, 3].map((spent) => retryDelayMs(spent, defaultRetry, draw(0.5)))).toEqual([1200, 4200, 16_200]);
});

test('the last window is used again when there are more attempts than windows', () => {
  expect(retryDelayMs(9, { windowsMs: [1000, 2000] }, draw(0.5))).toBe(1200);
});

test('a wish for a later time is kept, up to a minute', () => {
  expect(retryDelayMs(1, defaultRetry, { ...draw(0), retryAfterMs: 7000 })).toBe(7000);
  expect(retryDelayMs(1, defaultRetry, { ...draw(0), retryAfterMs: 900_000 })).toBe(MAX_DELAY_MS);
});

test('ten thousand pauses lie evenly in their window', () => {
  const random = new SeededRandom(1);
  const all = Array.from({ length: 10_000 }, () => retryDelayMs(2, defaultRetry, { random }));
  const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
  expect(Math.min(...all)).toBeGreaterThanOrEqual(200);
  expect(Math.max(...all)).toBeLessThanOrEqual(8200);
  expect(Math.abs(mean - 4200)).toBeLessThan(0.05 * 4200);
});
