import { expect, test } from 'vitest';
import { pairsOf } from './routes.ts';

test.each([3, 4, 5, 6, 7])('of %i members every two are joined once, and everybody connects to somebody', (size) => {
  const pairs = pairsOf(size);
  const joined = new Set(pairs.map(({ from, to }) => [from, to].toSorted().join('-')));
  expect([pairs.length, joined.size]).toEqual([(size * (size - 1)) / 2, pairs.length]);
  expect(new Set(pairs.map(({ from }) => from)).size).toBe(size);
});
