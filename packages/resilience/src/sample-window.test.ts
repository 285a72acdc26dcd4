import { expect, test } from 'vitest';
import { SampleWindow } from './sample-window.ts';

/** Feeds durations 1, 2, 3 … at the given times; what each of them closed. */
const fed = (window: SampleWindow, times: readonly number[]) => times.map((at, i) => window.add(i + 1, at));
const every = (ms: number, n: number) => Array.from({ length: n }, (_, i) => i * ms);

test('a window closes after a second with its p90 once it has fifty samples', () => {
  const closed = fed(new SampleWindow(), every(10, 102));
  expect(closed.slice(0, 100).every((p90) => p90 === undefined)).toBe(true);
  expect(closed.slice(100)).toEqual([91, undefined]);
});

test('with fewer it stays open until the fiftieth, or for half a minute', () => {
  expect(fed(new SampleWindow(), every(100, 51)).indexOf(45)).toBe(49);
  const slow = new SampleWindow();
  expect(fed(slow, every(2_500, 12)).every((p90) => p90 === undefined)).toBe(true);
  expect(slow.add(1_000, 30_000)).toBe(11);
});

test('a window with fewer than ten is dropped, and the sample that found it begins the next', () => {
  const window = new SampleWindow();
  fed(window, every(1, 9));
  expect(window.add(5, 60_000)).toBeUndefined();
  for (let i = 0; i < 48; i++) window.add(7, 60_500);
  expect(window.add(7, 61_000)).toBe(7);
});

test('of very many samples the newest count', () => {
  const window = new SampleWindow();
  for (let i = 0; i < 5_000; i++) window.add(9, 0);
  for (let i = 0; i < 1_024; i++) window.add(1, 999);
  expect(window.add(1, 1_000)).toBe(1);
});
