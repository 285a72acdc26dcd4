import { headerNames } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';

function together() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(11) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus, ns: 'n' });
  const asked: number[] = [];
  /** One more instance of echo that introduces itself. */
  const join = (id: string, codec: string) => {
    const transport = memoryTransport({ ...ports, bus });
    const codecs: (string | undefined)[] = [];
    const info = { name: 'echo', id, version: '1.0.0', metadata: { 'sc.codec': codec } };
    const endpoints = [{ name: 'say', subject: 'n.svc.echo.say', queue_group: 'q' }];
    const introduce = (subject: string) =>
      transport.subscribe(subject, ({ reply = '' }) => {
        asked.push(ports.clock.now());
        transport.publish(reply, new TextEncoder().encode(JSON.stringify({ ...info, endpoints })));
      });
    for (const verb of ['INFO', 'PING', 'STATS']) for (const of of ['', '.echo']) introduce(`$SRV.${verb}${of}`);
    fakeWorker(transport, 'n.svc.echo.say', (request) => {
      codecs.push(request.message.headers.get(headerNames.contentType));
      return repeat(request);
    });
    return { transport, codecs };
  };
  return { ...ports, bus, mesh, join, asked, client: mesh.client(echo) };
}

describe('a client', () => {
  test('writes JSON until it knows that every instance reads MessagePack', async () => {
    const { client, clock, join } = together();
    const { codecs } = join('e1', 'json,msgpack');
    await client.say({ word: 'first' });
    await clock.advance(1_000);
    expect(await client.say({ word: 'second' })).toEqual({ ok: true, value: { word: 'second' } });
    expect(codecs).toEqual([undefined, 'application/msgpack']);
  });

  test('goes back to JSON once an instance that reads nothing else has joined', async () => {
    const { client, clock, join } = together();
    const { codecs } = join('e1', 'json,msgpack');
    await client.say({ word: 'first' });
    const other = join('e2', 'json');
    await clock.advance(40_000);
    for (let i = 0; i < 10; i++) await client.say({ word: 'again' });
    expect(new Set([...codecs, ...other.codecs])).toEqual(new Set([undefined]));
  });
});

describe('the directory', () => {
  test('asks on first use, then every 30 s ± 20 %, and again after a reconnect', async () => {
    const { mesh, clock, join, asked } = together();
    join('e1', 'json');
    expect(mesh.instances('echo')).toEqual([]);
    await clock.advance(100_000);
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? 0));
    expect(asked[0]).toBe(0);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(24_000);
      expect(gap).toBeLessThanOrEqual(36_000);
    }
    expect(mesh.instances('echo')).toMatchObject([{ id: 'e1', speaksMsgpack: false }]);
    const before = asked.length;
    mesh.transport.disconnect();
    mesh.transport.reconnect();
    await clock.advance(1);
    expect(asked).toHaveLength(before + 1);
  });

  test('keeps what it knows through an outage', async () => {
    const { mesh, clock, join } = together();
    join('e1', 'json');
    mesh.instances('echo');
    await clock.advance(1_000);
    mesh.transport.disconnect();
    await clock.advance(200_000);
    expect(mesh.instances('echo')).toHaveLength(1);
  });

  test('stops with the mesh', async () => {
    const { mesh, clock } = together();
    mesh.instances('echo');
    await clock.advance(2_000);
    await mesh.close();
    expect(clock.pending).toBe(0);
  });
});

describe('discovery', () => {
  test('ends 300 ms after the last answer', async () => {
    const { mesh, clock, join } = together();
    join('e1', 'json');
    join('e2', 'json,msgpack');
    let ended = -1;
    const found = mesh.discover().finally(() => {
      ended = clock.now();
    });
    await clock.advance(2_000);
    expect((await found).map(({ id }) => id).toSorted()).toEqual(['e1', 'e2']);
    expect(ended).toBe(300);
  });

  test('ends after a second at most, however many go on answering', async () => {
    const { mesh, clock, random, bus } = together();
    const transport = memoryTransport({ clock, random, bus });
    const chatter = (reply: string) => {
      transport.publish(reply, new TextEncoder().encode('{"name":"x","id":"1","version":"1.0.0"}'));
      clock.after(250, () => chatter(reply));
    };
    transport.subscribe('$SRV.PING', ({ reply = '' }) => chatter(reply));
    const found = mesh.ping();
    await clock.advance(1_000);
    expect(await found).toHaveLength(4);
  });

  test('ends at once when nobody is there, and leaves out what is no answer', async () => {
    const { mesh, clock, random, bus } = together();
    expect(await mesh.discover('nobody')).toEqual([]);
    const transport = memoryTransport({ clock, random, bus });
    transport.subscribe('$SRV.STATS.odd', ({ reply = '' }) => transport.publish(reply, new Uint8Array([0x7b])));
    const found = mesh.stats('odd');
    await clock.advance(300);
    expect(await found).toEqual([]);
  });

  test('does not let a name become a subject', async () => {
    await expect(together().mesh.discover('a.>')).rejects.toThrow(RangeError);
  });

  test('says not_connected while the connection is down', async () => {
    const { mesh } = together();
    mesh.transport.disconnect();
    await expect(mesh.discover()).rejects.toMatchObject({ code: 'not_connected' });
  });
});
