import { expect, test } from 'vitest';
import { checkServer, isOlder } from './server-floor.ts';

test.each(['2.12.5', '2.11.99', '1.99.99', '', 'unknown', 'v2.9'])('version %j is too old', (version) => {
  expect(() => checkServer(version, 2)).toThrow(/found version .*needed 2\.12\.6.*get one from/s);
});

test.each(['2.12.6', '2.12.10', '2.15.1', '2.16.0-preview.1', '3.0.0'])('version %s will do', (version) => {
  expect(() => checkServer(version, 2)).not.toThrow();
});

test('a new enough server with an old API level is refused', () => {
  expect(() => checkServer('2.15.1', 1)).toThrow(/API level 1/);
});

test('parts are compared as numbers', () => {
  expect([isOlder('2.9.1', '2.12.6'), isOlder('2.12.6', '2.9.1')]).toEqual([true, false]);
});
