import { expect, test } from 'vitest';
import { hostAndPort, withoutCredentials } from './greeting.ts';

test.each([
  ['nats://127.0.0.1:4222', '127.0.0.1', 4222],
  ['localhost', 'localhost', 4222],
  ['tls://user:pass@broker.example:7422', 'broker.example', 7422],
  ['nats://[::1]:4333', '::1', 4333],
])('%s', (address, host, port) => {
  expect(hostAndPort(address)).toEqual({ host, port });
});

test.each([
  ['nats://ada:secret@a:1,nats://token@b:2', 'nats://a:1,nats://b:2'],
  ['ada:secret@a:1', 'a:1'],
  ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4222'],
])('no secret is shown of %s', (addresses, shown) => {
  expect(withoutCredentials(addresses)).toBe(shown);
});
