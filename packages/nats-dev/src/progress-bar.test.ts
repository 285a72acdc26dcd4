import { expect, test } from 'vitest';
import { progressBar, tenths } from './progress-bar.ts';

test('a transfer shows bar, size, share, speed and time left', () => {
  const text = progressBar({ received: 5_000_000, total: 20_000_000, elapsedMs: 1000 });
  expect(text).toBe('█████░░░░░░░░░░░░░░░ 5.0/20.0 MB 25 %  5.0 MB/s  3 s left');
});

test('without a known size only what is known is shown', () => {
  expect(progressBar({ received: 5_000_000, elapsedMs: 1000 })).toBe('5.0 MB  5.0 MB/s');
  expect(tenths({ received: 5 })).toBe(0);
});

test('tenths count from 0 to 10', () => {
  expect(tenths({ received: 0, total: 100 })).toBe(0);
  expect(tenths({ received: 39, total: 100 })).toBe(3);
  expect(tenths({ received: 100, total: 100 })).toBe(10);
});
