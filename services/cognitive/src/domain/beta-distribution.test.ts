import { expect, test } from 'vitest';
import { betaCdf, betaMean, betaOf, betaQuantile, betaVariance } from './beta-distribution.ts';

test('mean and variance of 6 successes in 7', () => {
  expect(betaMean(betaOf(6, 1))).toBeCloseTo(7 / 9, 12);
  expect(betaVariance(betaOf(6, 1))).toBeCloseTo(14 / 810, 12);
});

test('quantiles that can be solved by hand', () => {
  expect(betaQuantile({ alpha: 1, beta: 1 }, 0.1)).toBeCloseTo(0.1, 10);
  expect(betaQuantile({ alpha: 2, beta: 1 }, 0.1)).toBeCloseTo(Math.sqrt(0.1), 10);
  expect(betaQuantile({ alpha: 1, beta: 2 }, 0.1)).toBeCloseTo(1 - Math.sqrt(0.9), 10);
});

test('34 successes in 40: the 5 % quantile of the design', () => {
  expect(betaQuantile(betaOf(34, 6), 0.05)).toBeCloseTo(0.731, 3);
});

test('the distribution is symmetric about the exchange of success and failure', () => {
  expect(betaCdf({ alpha: 3.5, beta: 8 }, 0.3)).toBeCloseTo(1 - betaCdf({ alpha: 8, beta: 3.5 }, 0.7), 12);
});
