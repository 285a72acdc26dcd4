import { expect, test } from 'vitest';
import { ascending, median, quantile } from './quantile.ts';

test('quantiles lie on the line between order statistics', () => {
  const sorted = ascending([4, 1, 3, 2]);
  expect([0, 0.25, 0.5, 1].map((q) => quantile(sorted, q))).toEqual([1, 1.75, 2.5, 4]);
});

test('the median of an odd number of values is one of them', () => {
  expect(median([2, 4, 4, 4, 5, 5, 7, 9, 100])).toBe(5);
});

test('nothing has no quantile', () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});
