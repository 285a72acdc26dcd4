import { expect, test } from 'vitest';
import { normalScore } from './normal-score.ts';
import { ascending } from './quantile.ts';

test('a value scores as its rank does among the reference', () => {
  const reference = ascending([1, 2, 3, 4]);
  expect(normalScore(2.5, reference)).toBeCloseTo(0, 9);
  expect(normalScore(99, reference)).toBeCloseTo(1.281552, 5); // Φ⁻¹(4.5 / 5)
  expect(normalScore(-99, reference)).toBeCloseTo(-1.281552, 5);
});

test('equal values are in the middle of their ties', () => {
  expect(normalScore(7, ascending([7, 7, 7]))).toBeCloseTo(0, 9);
});
