import { expect, test } from 'vitest';
import { isAtLeast, parseVersion, tooOld } from './version.ts';

test.each([
  ['nats-server: v2.15.1', [2, 15, 1]],
  ['go version go1.26 linux/amd64', [1, 26, 0]],
  ['2.10.27-1+b2', [2, 10, 27]],
  ['1:2.12.6~beta1', [2, 12, 6]],
])('%s is read', (text, version) => {
  expect(parseVersion(text)).toEqual(version);
});

test('text without a version gives none', () => {
  expect(parseVersion('command not found')).toBeUndefined();
});

test('versions compare part by part', () => {
  expect(isAtLeast([2, 12, 6], [2, 12, 6])).toBe(true);
  expect(isAtLeast([2, 13, 0], [2, 12, 6])).toBe(true);
  expect(isAtLeast([3, 0, 0], [2, 12, 6])).toBe(true);
  expect(isAtLeast([2, 12, 5], [2, 12, 6])).toBe(false);
  expect(isAtLeast([1, 99, 99], [2, 12, 6])).toBe(false);
});

test('an old server is refused with both versions', () => {
  expect(tooOld([2, 9, 10])).toBe('it is 2.9.10, older than the 2.12.6 needed');
  expect(tooOld(undefined)).toBe('its version could not be read');
  expect(tooOld([2, 15, 1])).toBeUndefined();
});
