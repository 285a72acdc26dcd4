import { expect, test } from 'vitest';
import { stylesFor } from './style.ts';
import { clip, padLeft, padRight, widthOf } from './text-width.ts';

const { red } = stylesFor(true);

test('colours take no columns', () => {
  expect(widthOf(red('abc'))).toBe(3);
  expect(padRight(red('abc'), 5)).toBe(`${red('abc')}  `);
  expect(padLeft('abc', 5)).toBe('  abc');
});

test('a text that is too long is cut, and stays coloured', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdef', 4)).toBe('abc…');
  expect(clip(red('abcdef'), 4)).toBe(red('abc…'));
  expect(clip('abc', 0)).toBe('');
});
