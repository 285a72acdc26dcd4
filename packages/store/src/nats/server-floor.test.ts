import { expect, test } from 'vitest';
import { isOlder, serverTooOld } from './server-floor.ts';

test.each(['2.12.5', '2.11.99', '1.99.99', '', 'unknown', 'v2.9'])('version %j is too old', (version) => {
  const refused = serverTooOld(version, 2);
  expect(refused?.code).toBe('server_too_old');
  expect(refused?.message).toMatch(/found version .*needed 2\.12\.6.*get one from/s);
});

test.each(['2.12.6', '2.12.10', '2.15.1', '2.16.0-preview.1', '3.0.0'])('version %s will do', (version) => {
  expect(serverTooOld(version, 2)).toBeUndefined();
});

test('a new enough server with an old API level is refused', () => {
  expect(serverTooOld('2.15.1', 1)?.message).toMatch(/API level 1/);
});

test('parts are compared as numbers', () => {
  expect([isOlder('2.9.1', '2.12.6'), isOlder('2.12.6', '2.9.1')]).toEqual([true, false]);
});
