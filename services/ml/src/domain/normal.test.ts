import { expect, test } from 'vitest';
import { normalCdf, normalQuantile } from './normal.ts';

test.each([
  [0, 0.5],
  [1, 0.8413447460685429],
  [-1.959963984540054, 0.025],
  [2.9, 0.998134186699616],
  [3.1, 0.9990323967867817],
  [-6, 9.865876450376946e-10],
])('Φ(%d) is in the tables', (x, p) => {
  expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-10);
});

test.each([1e-9, 0.001, 0.3, 0.5, 0.975])('the quantile of %d inverts Φ', (p) => {
  expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-8);
});

test.each([0, 1, -1, Number.NaN])('a chance of %d has no quantile', (p) => {
  expect(() => normalQuantile(p)).toThrow(RangeError);
});
