import { expect, test } from 'vitest';
import { differingOptions, inboxOwner } from './connect-options.ts';

test('servers written as text and as a list are the same', () => {
  expect(differingOptions({ servers: 'nats://127.0.0.1:4222' }, {})).toEqual([]);
  expect(differingOptions({ tls: { caFile: 'a' } }, { tls: true })).toEqual(['tls']);
});

test.each([
  [{}, 'client'],
  [{ service: 'ml' }, 'ml'],
  [{ service: 'ml', user: 'ada@home' }, 'ada-home'],
])('inboxes of %j belong to %s', (options, owner) => {
  expect(inboxOwner(options)).toBe(owner);
});
