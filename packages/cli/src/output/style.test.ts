import { expect, test } from 'vitest';
import { stylesFor, wantsColour } from './style.ts';

test('colours are for terminals, unless the environment says otherwise', () => {
  expect(wantsColour({}, true)).toBe(true);
  expect(wantsColour({}, false)).toBe(false);
  expect(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
  expect(wantsColour({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
});

test('without colours text is left alone', () => {
  expect(stylesFor(false).red('x')).toBe('x');
  expect(stylesFor(true).red('x')).toBe('\u001b[31mx\u001b[39m');
});
