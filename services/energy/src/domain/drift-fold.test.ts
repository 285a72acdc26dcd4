import { expect, test } from 'vitest';
import { type DriftFold, meanDrift, withScore } from './drift-fold.ts';

const none: DriftFold = new Map();

test('the mean is over the newest score of each stream', () => {
  const fold = withScore(withScore(withScore(none, 'a', { score: 1, at: 0 }), 'b', { score: 0.5, at: 1 }), 'a', {
    score: 0.1,
    at: 2,
  });
  expect(meanDrift(fold, 2)).toBeCloseTo(0.3, 12);
});

test('after a quarter of an hour without a score drift is unknown', () => {
  const fold = withScore(none, 'a', { score: 1, at: 0 });
  expect([meanDrift(fold, 900_000), meanDrift(fold, 900_001), meanDrift(none, 0)]).toEqual([1, undefined, undefined]);
});

test('the stream heard of longest ago leaves', () => {
  const fold = Array.from({ length: 1001 }, (_, i) => i).reduce(
    (all, i) => withScore(all, `${i}`, { score: 0, at: i }),
    none,
  );
  expect([fold.size, fold.has('0'), fold.has('1')]).toEqual([1000, false, true]);
});
