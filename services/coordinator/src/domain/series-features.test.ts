import { expect, test } from 'vitest';
import { seriesFeatures } from './series-features.ts';

test('mean, deviation and quartiles of the known values', () => {
  expect(seriesFeatures([4, null, 1, 3, 2])).toEqual([2.5, Math.sqrt(1.25), 1, 2, 3]);
});

test('always five figures', () => {
  expect(seriesFeatures([])).toEqual([0, 0, 0, 0, 0]);
  expect(seriesFeatures([null, 7])).toEqual([7, 0, 7, 7, 7]);
});
