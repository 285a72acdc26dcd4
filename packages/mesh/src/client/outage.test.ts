import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';

describe('while the connection is down', () => {
  test('attempts fail in the same instant with not_connected and accuse nobody', async () => {
    const { client, clock, mesh } = echoBed();
    mesh.transport.disconnect();
    const attempts: number[] = [];
    mesh.observe({ attempt: ({ ms }) => attempts.push(ms) });
    for (let i = 0; i < 20; i++) {
      const error = failureOf(client.sayOnce({ word: 'a' }));
      await clock.advance(200);
      expect(await error).toMatchObject({ code: 'not_connected', sent: false });
    }
    expect(new Set(attempts)).toEqual(new Set([0]));
    expect(mesh.resources()).toMatchObject([{ target: 'echo.say_once', breaker: { state: 'closed' } }]);
    mesh.transport.reconnect();
  });

  test('calls in flight get two seconds, then a timeout that says why and accuses nobody', async () => {
    const { client, clock, mesh } = echoBed(() => undefined, 'say_once');
    const errors = Array.from({ length: 8 }, () => failureOf(client.sayOnce({ word: 'a' }, { deadlineMs: 30_000 })));
    await clock.advance(10);
    mesh.transport.disconnect();
    await clock.advance(1_999);
    expect(mesh.resources()[0]?.in_flight).toBe(8);
    await clock.advance(1);
    for (const error of errors)
      expect(await error).toMatchObject({ code: 'timeout', details: { reason: 'connection_lost' } });
    expect(mesh.resources()[0]?.breaker.state).toBe('closed');
  });

  test('a reply that comes after a short interruption is still taken', async () => {
    const { client, clock, mesh, bus } = echoBed();
    const end = bus.delay('seedcore-test.svc.echo.say', 1_500);
    const reply = client.say({ word: 'late' }, { deadlineMs: 30_000 });
    await clock.advance(10);
    mesh.transport.disconnect();
    await clock.advance(1_000);
    mesh.transport.reconnect();
    end();
    await clock.advance(3_000);
    expect(await reply).toMatchObject({ ok: true });
  });

  test('the first call afterwards waits for a callee that reconnects a little later', async () => {
    const { client, clock, mesh, worker } = echoBed();
    mesh.transport.disconnect();
    worker.disconnect();
    await clock.advance(3_000);
    mesh.transport.reconnect();
    const reply = client.say({ word: 'back' }, { deadlineMs: 5_000 });
    await clock.advance(600);
    worker.reconnect();
    await clock.advance(2_000);
    expect(await reply).toMatchObject({ ok: true });
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'closed' }, success_rate: 1 }]);
  });
});
