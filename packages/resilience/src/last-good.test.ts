import { expect, test } from 'vitest';
import { LastGood } from './last-good.ts';

test('a value is good for five minutes', () => {
  const kept = new LastGood<number>();
  kept.keep('key', 1, 0);
  expect(kept.find('key', 300_000)).toEqual({ value: 1, ageMs: 300_000 });
  expect(kept.find('key', 300_001)).toBeUndefined();
  expect(kept.size).toBe(0);
});

test('beyond the limit the least recently used goes first', () => {
  const kept = new LastGood<number>({ most: 2, maxAgeMs: 1_000 });
  kept.keep('a', 1, 0);
  kept.keep('b', 2, 0);
  kept.find('a', 1);
  kept.keep('c', 3, 2);
  expect(['a', 'b', 'c'].map((key) => kept.find(key, 3)?.value)).toEqual([1, undefined, 3]);
});

test('being used does not make a value younger, being kept again does', () => {
  const kept = new LastGood<number>();
  kept.keep('key', 1, 0);
  kept.find('key', 100);
  expect(kept.find('key', 200)?.ageMs).toBe(200);
  kept.keep('key', 2, 200);
  expect(kept.find('key', 250)).toEqual({ value: 2, ageMs: 50 });
});
