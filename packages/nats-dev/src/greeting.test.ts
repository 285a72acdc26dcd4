import { expect, test } from 'vitest';
import { hostAndPort } from './greeting.ts';

test.each([
  ['nats://127.0.0.1:4222', '127.0.0.1', 4222],
  ['localhost', 'localhost', 4222],
  ['tls://user:pass@broker.example:7422', 'broker.example', 7422],
  ['nats://[::1]:4333', '::1', 4333],
])('%s', (address, host, port) => {
  expect(hostAndPort(address)).toEqual({ host, port });
});
