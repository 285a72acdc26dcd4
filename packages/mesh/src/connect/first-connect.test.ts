import { errors } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { firstConnect } from './first-connect.ts';
import { natsFromEnv } from './nats-url.ts';

const refusal = () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('the first connection', () => {
  test('mesh.A23: is tried seven times within 31.5 s, then says exactly what was tried', async () => {
    const clock = new VirtualClock();
    const at: number[] = [];
    const dial = async () => {
      at.push(clock.now());
      throw new errors.ConnectionError('connection refused', { cause: refusal() });
    };
    const options = natsFromEnv({ NATS_URL: 'nats://127.0.0.1:4222' });
    const ended = failureOf(firstConnect(dial, options, clock));
    await clock.advance(31_500);
    const error = await ended;
    expect(at).toEqual([0, 500, 1_500, 3_500, 7_500, 15_500, 31_500]);
    expect(error).toBeInstanceOf(MeshError);
    expect(error).toMatchObject({ code: 'not_connected', sent: false, details: { reason: 'unreachable' } });
    expect(error).toMatchObject({
      message:
        'cannot reach NATS: 7 tries in 31.5 s; servers nats://127.0.0.1:4222 (from NATS_URL); last error ECONNREFUSED; user none, tls off; start one with "npm start" or set NATS_URL',
    });
  });

  test('succeeds at whatever try succeeds', async () => {
    const clock = new VirtualClock();
    let tries = 0;
    const connected = firstConnect(
      async () => {
        tries += 1;
        if (tries < 3) throw refusal();
        return 'connected';
      },
      {},
      clock,
    );
    await clock.advance(1_500);
    expect(await connected).toBe('connected');
  });

  test.each([
    ['credentials', new errors.AuthorizationError('Authorization Violation')],
    ['a certificate', Object.assign(new Error('self-signed'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })],
    [
      'a certificate, wrapped',
      new errors.ConnectionError('tls', { cause: Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }) }),
    ],
  ])('mesh.A23: ends at once when the trouble is %s', async (_what, cause) => {
    const dial = () => Promise.reject(cause);
    const error = await failureOf(firstConnect(dial, { user: 'ada', pass: 'hunter2' }, new VirtualClock()));
    expect(error).toMatchObject({ code: 'forbidden', details: { reason: 'rejected' }, cause });
    expect(String(error)).toMatch(
      /NATS refuses this client: .*; servers nats:\/\/127\.0\.0\.1:4222 \(default\); user ada, tls off/,
    );
    expect(String(error)).not.toContain('hunter2');
  });
});
