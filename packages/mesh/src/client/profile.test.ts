import { MeshError } from '@seedcore/protocol';
import { seedBreaker, seedRetry } from '@seedcore/resilience';
import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import type { FakeHandler } from '../testing/fake-worker.ts';
import { withProfile } from './profile.ts';

const deadlineOf = (service: string, endpoint = 'any') =>
  withProfile({ profile: 'seed' }, { service, endpoint }).deadlineMs;

/** A client with the profile, and a way to wait for one call. */
function seeded(handler: FakeHandler) {
  const bed = echoBed(handler);
  const client = bed.mesh.client(echo, { profile: 'seed', deadlineMs: 10_000 });
  const failed = async (ms: number) => {
    const failure = failureOf(client.say({ word: 'a' }));
    await bed.clock.advance(ms);
    return (await failure).code;
  };
  return { ...bed, client, failed };
}

describe('the profile seed', () => {
  test('has the documented time limits, and the contract’s for services it does not know', () => {
    expect(['ml', 'coordinator', 'organism', 'state', 'energy', 'cognitive'].map((name) => deadlineOf(name))).toEqual([
      10_000, 10_000, 10_000, 8_000, 8_000, 8_000,
    ]);
    expect(deadlineOf('ml', 'warmup_drift_detector')).toBe(30_000);
    expect(deadlineOf('echo')).toBeUndefined();
  });

  test('gives way to what the client says itself', () => {
    const own = { profile: 'seed', deadlineMs: 5, bulkhead: { limit: 1, queue: 1 } } as const;
    expect(withProfile(own, { service: 'ml', endpoint: 'any' })).toEqual({
      ...own,
      retry: seedRetry,
      breaker: seedBreaker,
    });
  });

  test('tries twice, half a second to a second apart, ten calls at once', async () => {
    const { client, clock, seen, mesh } = seeded(() => {
      throw new MeshError('overloaded', { target: 'echo.say' });
    });
    const failure = failureOf(client.say({ word: 'a' }));
    await clock.advance(499);
    expect(seen).toHaveLength(1);
    await clock.advance(501);
    expect([(await failure).code, seen.length]).toEqual(['overloaded', 2]);
    expect(mesh.resources()).toMatchObject([{ limit: 10 }]);
  });

  test('opens for 30 s after five failures in a row and sends one probe', async () => {
    let silent = true;
    const { client, clock, failed, mesh, seen } = seeded(({ input }) => {
      if (silent) throw new MeshError('internal', { target: 'echo.say' });
      return { body: input };
    });
    for (let i = 0; i < 2; i++) expect(await failed(1_000)).toBe('internal');
    expect(await failed(1_000)).toBe('circuit_open');
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'open', reason: 'run' } }]);
    const before = seen.length;
    expect(before).toBe(5);
    silent = false;
    await clock.advance(36_000);
    expect(await client.say({ word: 'a' })).toMatchObject({ ok: true });
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'closed' } }]);
  });

  test('mesh.S4: never opens because of a caller’s faults', async () => {
    const { failed, mesh } = seeded(() => {
      throw new MeshError('bad_request', { target: 'echo.say' });
    });
    for (let i = 0; i < 20; i++) expect(await failed(0)).toBe('bad_request');
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'closed' } }]);
  });
});
