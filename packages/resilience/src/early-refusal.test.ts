import { expect, test } from 'vitest';
import { EarlyRefusal } from './early-refusal.ts';

test('nothing is refused while the need is unknown or time is enough', () => {
  const early = new EarlyRefusal();
  expect(early.refuses(1, undefined, 0)).toBe(false);
  expect(early.refuses(20, 20, 0)).toBe(false);
});

test('a wrong estimate refuses a fifth of the calls at most', () => {
  const early = new EarlyRefusal();
  const refused = Array.from({ length: 100 }, (_, i) => early.refuses(10, 20, i)).filter(Boolean);
  expect(refused).toHaveLength(20);
});
