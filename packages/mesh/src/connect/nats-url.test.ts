import { describe, expect, test } from 'vitest';
import { natsFromEnv } from './nats-url.ts';

describe('NATS_URL', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['nats://a:4222', { servers: ['nats://a:4222'] }],
    ['a:4222', { servers: ['nats://a:4222'] }],
    ['nats://a:1, nats://b:2', { servers: ['nats://a:1', 'nats://b:2'] }],
    ['tls://a:4222', { servers: ['tls://a:4222'], tls: true }],
    ['nats://ada:hunter%212@a:4222', { servers: ['nats://a:4222'], user: 'ada', pass: 'hunter!2' }],
    ['nats://s3cret@a:4222', { servers: ['nats://a:4222'], token: 's3cret' }],
  ])('%s', (text, expected) => {
    const from = 'servers' in expected ? { serversFrom: 'NATS_URL' } : {};
    expect(natsFromEnv({ NATS_URL: text })).toEqual({ ...from, ...expected });
  });

  test.each(['http://a:1', 'nats://', 'nats://ada:hunter2@a:port', 'nats://ada:hunter2%@a:1', 'nats://hunter2%zz@a:1'])(
    '%s is refused without showing credentials',
    (text) => {
      expect(() => natsFromEnv({ NATS_URL: text })).toThrow(RangeError);
      expect(() => natsFromEnv({ NATS_URL: text })).not.toThrow(/hunter2/);
    },
  );
});
