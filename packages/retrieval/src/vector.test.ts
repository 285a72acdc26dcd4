import { expect, test } from 'vitest';
import { jaccard } from './similarity.ts';
import { cosine, isDirection } from './vector.ts';

test('cosine is of the angle, whatever the lengths', () => {
  expect(cosine([1, 0], [5, 0])).toBe(1);
  expect(cosine([1, 0], [0, 3])).toBe(0);
  expect(cosine([1, 1], [1, 0])).toBeCloseTo(Math.SQRT1_2, 12);
});

test('numbers are a direction when they are finite and not all zero', () => {
  expect([[0, 1], [1e30], [Number.NaN, 1], [Number.POSITIVE_INFINITY], [0, 0], [], [1e-60]].map(isDirection)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('jaccard is the share of words both have', () => {
  const words = (...all: string[]) => new Map(all.map((word) => [word, 1]));
  expect(jaccard(words('red', 'pump'), words('red', 'valve'))).toBeCloseTo(1 / 3, 12);
  expect(jaccard(words(), words())).toBe(0);
});
