import fc from 'fast-check';
import { expect, test } from 'vitest';
import { robustAnomalies } from './robust-z.ts';

const indices = (series: (number | null)[]) => robustAnomalies(series).map(({ index }) => index);

test('a spike is found where it is', () => {
  expect(indices([0.1, 0.12, 5, 0.11, 0.1, 0.12])).toEqual([2]);
  expect(robustAnomalies([0.1, 0.12, 5, 0.11, 0.1, 0.12])[0]).toMatchObject({ value: 5, severity: 'high' });
});

test('the score is the distance in robust standard deviations', () => {
  // median 5, MAD 1: (100 − 5) ÷ 1.4826
  expect(robustAnomalies([2, 4, 4, 4, 5, 5, 7, 9, 100])).toEqual([
    { index: 8, value: 100, score: 95 / 1.4826, severity: 'high' },
  ]);
});

test('noise, slopes and gaps are no anomalies', () => {
  expect(indices([1, 2, 1, 3, 2, 1, 2, 3])).toEqual([]);
  expect(indices([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([]);
  expect(indices([1, null, 2, null, 1, 2])).toEqual([]);
  expect(indices([null, null, null])).toEqual([]);
});

test('in a constant series every other value stands out', () => {
  expect(indices([7, 7, 7, 7.1, 7, 7, null])).toEqual([3]);
  expect(indices([0, 0, 0, 0])).toEqual([]);
});

test('shifting and scaling a series changes no index', () => {
  const series = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 3, maxLength: 60 });
  fc.assert(
    fc.property(series, fc.integer({ min: -50, max: 50 }), (values, shift) => {
      expect(indices(values.map((value) => 4 * (value + shift)))).toEqual(indices(values));
    }),
  );
});
