import { expect, test } from 'vitest';
import { peakAfter } from './peak-latency.ts';

test('a slower run counts in full at once', () => {
  expect(peakAfter({ ms: 100, at: 0 }, 300, 5)).toEqual({ ms: 300, at: 5 });
  expect(peakAfter(undefined, 40, 7)).toEqual({ ms: 40, at: 7 });
});

test('ten seconds later a faster one has drawn the peak down to 1/e of the difference', () => {
  expect(peakAfter({ ms: 300, at: 0 }, 100, 10_000).ms).toBeCloseTo(100 + 200 / Math.E, 9);
});

test('a burst of fast runs within a moment does not hide that it was slow', () => {
  const after = Array.from({ length: 50 }).reduce((peak: ReturnType<typeof peakAfter>) => peakAfter(peak, 10, 0), {
    ms: 300,
    at: 0,
  });
  expect(after.ms).toBe(300);
});
