import { expect, test } from 'vitest';
import { residentBytes, statmPages } from './memory.ts';

test('the resident pages are the second number', () => {
  expect(statmPages('12345 678 90 1 0 2 0')).toBe(678);
});

test('a process that does not exist holds nothing that could be told', () => {
  expect(residentBytes(2 ** 30)).toBeUndefined();
});
