import { expect, test } from 'vitest';
import { deadlineProblem } from './deadline-window.ts';

const NOW = Date.UTC(2026, 10, 22);
const ahead = (ms: number) => new Date(NOW + ms).toISOString();

test('a deadline lies between a second and a week ahead', () => {
  expect([undefined, ahead(1_000), ahead(7 * 86_400_000)].map((at) => deadlineProblem(at, NOW))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([-1, 0, 999, 7 * 86_400_000 + 1])('%i ms ahead is refused', (ms) => {
  expect(deadlineProblem(ahead(ms), NOW)).toBe('must lie 1 s to 7 d ahead');
});
