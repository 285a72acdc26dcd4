import { expect, test } from 'vitest';
import type { Write } from './store-history.ts';
import { wrongSums } from './store-sum.ts';

const log = (...numbers: number[]): Write[] =>
  numbers.map((n, i) => ({ key: 'k', rev: i + 1, kind: 'value', expect: i, n }));

test('a counter that counts its writes', () => {
  expect(wrongSums(log(1, 2, 3))).toEqual([]);
});

test.each([
  ['an addition that was lost', log(1, 2, 2)],
  ['an addition that counts twice', log(1, 3)],
])('%s is found', (_what, wrong) => {
  expect(wrongSums(wrong)).toHaveLength(1);
});
