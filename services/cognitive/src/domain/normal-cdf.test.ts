import { expect, test } from 'vitest';
import { normalCdf } from './normal-cdf.ts';

test('table values', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 13);
  expect(normalCdf(-1.96)).toBeCloseTo(0.02499789514822, 13);
  expect(normalCdf(3)).toBeCloseTo(0.99865010196837, 13);
});

test('far out it is 0 or 1', () => {
  expect([normalCdf(-40), normalCdf(40)]).toEqual([0, 1]);
});
