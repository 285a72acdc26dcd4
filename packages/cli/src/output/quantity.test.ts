import { expect, test } from 'vitest';
import { counted, duration, megabytes, parseDuration } from './quantity.ts';

test.each([
  [0, '0 ms'],
  [949.6, '950 ms'],
  [1234, '1.2 s'],
  [9960, '10 s'],
  [59_400, '59 s'],
  [185_000, '3 m 5 s'],
  [7_800_000, '2 h 10 m'],
  [273_600_000, '3 d 4 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['2m', 120_000],
  ['1.5h', 5_400_000],
  ['1d', 86_400_000],
  ['30', 30_000],
  ['soon', undefined],
  ['-3s', undefined],
  ['', undefined],
])('%s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test('sizes and counts', () => {
  expect(megabytes(1_540_000)).toBe('1.5 MB');
  expect(megabytes(81_600_000)).toBe('82 MB');
  expect(counted(1, 'task')).toBe('1 task');
  expect(counted(0, 'task')).toBe('0 tasks');
});
