import { describe, expect, test } from 'vitest';
import { CONFIG_BUCKET } from '../config/mesh-config.ts';
import { echoBed, failureOf } from '../testing/echo-bed.ts';

describe('an operator who isolates a target', () => {
  test('mesh.A24: has it refused at once everywhere, until the word is taken back', async () => {
    const { client, clock, mesh, seen } = echoBed();
    await client.say({ word: 'before' });
    const bucket = mesh.kv.bucket(CONFIG_BUCKET);
    await bucket.put('echo.say.override', new TextEncoder().encode('isolate'));
    await clock.advance(0);
    expect(await failureOf(client.say({ word: 'meanwhile' }))).toMatchObject({ code: 'circuit_open', sent: false });
    expect(mesh.resources()).toMatchObject([{ status: 'failed', breaker: { override: 'isolate' } }]);
    await bucket.delete('echo.say.override');
    await clock.advance(0);
    expect(await client.say({ word: 'after' })).toMatchObject({ ok: true });
    expect(seen).toHaveLength(2);
  });

  test('means every endpoint where he names none', async () => {
    const { client, clock, mesh } = echoBed();
    const bucket = mesh.kv.bucket(CONFIG_BUCKET);
    await bucket.put('echo.override', new TextEncoder().encode('isolate'));
    await client.say({ word: 'that makes it look' }).catch(() => undefined);
    await clock.advance(0);
    expect(await failureOf(client.say({ word: 'a' }))).toMatchObject({ code: 'circuit_open' });
    expect(await failureOf(client.sayOnce({ word: 'a' }))).toMatchObject({ code: 'circuit_open' });
  });
});
