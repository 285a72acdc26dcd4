import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import { type FakeHandler, type FakeReply, fakeWorker, repeat } from '../testing/fake-worker.ts';
import { clients } from './named-clients.ts';

const registry = { echo_service: echo };

/** The named client of echo, whose health is what `health` says. */
function named(handler: FakeHandler = repeat, health: object = { live: true, ready: true }) {
  const bed = echoBed(handler);
  fakeWorker(bed.worker, bed.mesh.subjects.endpoint('echo', 'health'), () => ({ body: health }));
  const all = clients(bed.mesh, registry);
  return { ...bed, all, client: all.getServiceClient('echo_service') };
}

describe('named clients', () => {
  test('are the typed client of their contract, each made once', async () => {
    const { all, client } = named();
    expect(await client.say({ word: 'a' })).toEqual({ ok: true, value: { word: 'a' } });
    expect(all.getServiceClient('echo_service')).toBe(client);
    expect(all.getAllServiceClients()).toEqual({ echo_service: client });
  });

  test.each(['echo', 'toString'])('are not there under any other name: %s', (name) => {
    const anyName: string = name;
    const ask = () => Reflect.apply(named().all.getServiceClient, undefined, [anyName]);
    expect(ask).toThrow(new RangeError(`no service client "${name}"; there are echo_service`));
  });

  test('say what the service says of its health', async () => {
    const { client } = named();
    expect(await client.health_check()).toEqual({ live: true, ready: true });
    expect(await client.is_healthy()).toBe(true);
  });

  test('are not healthy where the service is not ready, or nobody is there', async () => {
    expect(await named(repeat, { live: true, ready: false }).client.is_healthy()).toBe(false);
    const { mesh } = echoBed();
    const alone = clients(mesh, registry).getServiceClient('echo_service');
    expect(await alone.is_healthy()).toBe(false);
    const signal = AbortSignal.abort(new MeshError('cancelled', { target: 'echo.health' }));
    expect(await failureOf(alone.is_healthy({ signal }))).toMatchObject({ code: 'cancelled' });
  });

  test('show the endpoints of their service as they were called', async () => {
    const { client } = named();
    expect(client.get_metrics()).toEqual([]);
    await client.say({ word: 'a' });
    expect(client.get_metrics()).toMatchObject([{ target: 'echo.say', requests: 1, success_rate: 1 }]);
  });

  test('once closed refuse what is new and wait for what is under way', async () => {
    let answer: ((reply: FakeReply) => void) | undefined;
    const { all, client, clock, seen } = named(() => new Promise<FakeReply>((resolve) => (answer = resolve)));
    const call = client.say({ word: 'a' });
    let over = false;
    const closed = client.close().then(() => {
      over = true;
    });
    expect(await failureOf(client.say({ word: 'b' }))).toMatchObject({
      code: 'cancelled',
      message: 'echo: this client is closed',
    });
    await clock.advance(0);
    expect([over, seen.length]).toEqual([false, 1]);
    answer?.({ body: { word: 'a' } });
    await clock.advance(0);
    expect(await call).toMatchObject({ ok: true });
    await closed;
    expect(over).toBe(true);
    expect(all.getServiceClient('echo_service')).not.toBe(client);
  });
});
