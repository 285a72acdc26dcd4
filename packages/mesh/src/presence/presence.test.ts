import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { KvValue } from '../kv/kv.ts';
import { echo } from '../testing/echo-contract.ts';
import { fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { PRESENCE_BUCKET, type PresenceFacts, readPresence } from './presence-body.ts';
import { Traffic } from './traffic.ts';

const ready: PresenceFacts = {
  version: '1.0.0',
  contract: '0123456789abcdef',
  state: 'ready',
  ready: true,
  started: '2026-11-22T00:00:00.000Z',
  in_flight: 2,
  limit: 20,
  loop_delay_ms: 1,
};

function bed() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  const open = (service: string, instance: string) => memoryMesh({ ...ports, bus, ns: 'n', service, instance });
  /** An instance that answers INFO, and says what `facts` says. */
  const join = (service: string, instance: string, facts: Partial<PresenceFacts> = {}) => {
    const mesh = open(service, instance);
    const said = { ...ready, ...facts };
    const answer = {
      name: service,
      id: instance,
      version: '1.0.0',
      metadata: { 'sc.codec': 'json', 'sc.inst': '1' },
      endpoints: [{ name: 'say', subject: `n.svc.${service}.say` }],
    };
    mesh.transport.subscribe(`$SRV.INFO.${service}`, ({ reply = '' }) =>
      mesh.transport.publish(reply, new TextEncoder().encode(JSON.stringify(answer))),
    );
    return { mesh, said, present: mesh.present(() => said) };
  };
  const watcher = open('watcher', 'w');
  const seen: KvValue[] = [];
  watcher.kv.bucket(PRESENCE_BUCKET).watch((change) => seen.push(change));
  const states = () => watcher.instances('echo').map(({ id, state }) => `${id} ${state}`);
  return { ...ports, bus, open, join, watcher, seen, states };
}

describe('a presence', () => {
  test('is told every 5 s, at once when something changes, and taken back at the end', async () => {
    const { join, seen, clock } = bed();
    const { said, present } = join('echo', 'e1');
    await clock.advance(10_000);
    expect(seen.map(({ key }) => key)).toEqual(['echo.e1', 'echo.e1', 'echo.e1']);
    expect(readPresence(seen[0]?.value ?? new Uint8Array(0))).toEqual({
      service: 'echo',
      instance: 'e1',
      ...ready,
      targets: {},
    });
    said.state = 'draining';
    present.changed();
    await clock.advance(0);
    expect(readPresence(seen[3]?.value ?? new Uint8Array(0))?.state).toBe('draining');
    await present.end();
    await clock.advance(20_000);
    expect(seen.slice(4)).toMatchObject([{ key: 'echo.e1', value: undefined }]);
  });

  test('tells of targets with ten or more calls in the last 10 s', async () => {
    const { join, seen, clock } = bed();
    const { mesh } = join('echo', 'e1');
    fakeWorker(mesh.transport, 'n.svc.echo.say', repeat);
    const { mesh: caller } = join('asker', 'a1');
    for (let i = 0; i < 10; i++) await caller.client(echo).say({ word: 'a' });
    await clock.advance(5_000);
    const targets = () => {
      const value = seen.findLast(({ key }) => key === 'asker.a1')?.value;
      return value === undefined ? undefined : readPresence(value)?.targets;
    };
    expect(targets()).toEqual({ 'echo.say': 10 });
    await clock.advance(10_000);
    expect(targets()).toEqual({});
  });

  test('says whether the broker confirms it, and tries again soon when it does not', async () => {
    const { join, bus, clock, seen } = bed();
    const { present } = join('echo', 'e1');
    await clock.advance(4_000);
    const end = bus.buckets.silence();
    await clock.advance(3_000);
    expect(present.acknowledged).toBe(false);
    end();
    const before = seen.length;
    await clock.advance(2_500);
    expect([present.acknowledged, seen.length]).toEqual([true, before + 1]);
  });

  test('is given once, and by an instance of a service only', () => {
    const { join, bus, clock, random } = bed();
    const { mesh } = join('echo', 'e1');
    expect(() => mesh.present(() => ready)).toThrow(TypeError);
    expect(() => memoryMesh({ clock, random, bus }).present(() => ready)).toThrow(TypeError);
  });

  test('ends with its mesh and leaves no timer', async () => {
    const { join, watcher, clock, seen } = bed();
    const { mesh } = join('echo', 'e1');
    await clock.advance(1_000);
    await mesh.close();
    await clock.advance(0);
    expect(seen.at(-1)).toMatchObject({ key: 'echo.e1', value: undefined });
    await watcher.close();
    expect(clock.pending).toBe(0);
  });

  test('that is no presence, or speaks for somebody else, is no sign of anybody', async () => {
    const { watcher, clock, states } = bed();
    states();
    const bucket = watcher.kv.bucket(PRESENCE_BUCKET);
    const put = (key: string, text: string) => bucket.put(key, new TextEncoder().encode(text));
    await put('echo.e1', '{"service":"echo","instance":"e2","ready":true}');
    await put('echo.e2', '{');
    await put('echo', '{}');
    await clock.advance(0);
    expect(states()).toEqual([]);
  });
});

describe('the directory', () => {
  test('hears who comes, drains and leaves from their presence', async () => {
    const { join, clock, states } = bed();
    const one = join('echo', 'e1');
    states();
    await clock.advance(2_000);
    const two = join('echo', 'e2', { state: 'starting', ready: false });
    await clock.advance(10);
    expect(states()).toEqual(['e1 alive', 'e2 starting']);
    Object.assign(two.said, ready);
    two.present.changed();
    one.said.state = 'draining';
    one.present.changed();
    await clock.advance(10);
    expect(states()).toEqual(['e1 draining', 'e2 alive']);
    await one.present.end();
    await clock.advance(10);
    expect(states()).toEqual(['e1 gone', 'e2 alive']);
  });

  test('introduces a newcomer soon, not with the next refresh', async () => {
    const { join, clock, watcher } = bed();
    join('echo', 'e1');
    watcher.instances('echo');
    await clock.advance(10_000);
    join('echo', 'e2');
    await clock.advance(400);
    expect(watcher.instances('echo').map(({ version }) => version)).toEqual(['1.0.0', '1.0.0']);
  });

  test('suspects who has been silent for 15 s, while others are heard', async () => {
    const { join, clock, states } = bed();
    const one = join('echo', 'e1');
    join('echo', 'e2');
    states();
    await clock.advance(12_000);
    one.mesh.transport.disconnect();
    await clock.advance(10_000);
    expect(states()).toEqual(['e1 alive', 'e2 alive']);
    await clock.advance(5_000);
    expect(states()).toEqual(['e1 suspect', 'e2 alive']);
    one.mesh.transport.reconnect();
    await clock.advance(5_000);
    expect(states()).toEqual(['e1 alive', 'e2 alive']);
  });

  test('suspects nobody while its own beats are unacknowledged', async () => {
    const { join, clock, states, bus, watcher } = bed();
    const own = watcher.present(() => ready);
    join('echo', 'e1');
    join('echo', 'e2');
    states();
    await clock.advance(1_000);
    const end = bus.buckets.silence('watcher.*');
    bus.buckets.silence('echo.e1');
    await clock.advance(60_000);
    expect([own.acknowledged, states()]).toEqual([false, ['e1 alive', 'e2 alive']]);
    end();
    await clock.advance(20_000);
    expect([own.acknowledged, states()]).toEqual([true, ['e1 suspect', 'e2 alive']]);
  });

  test('mesh.A21: suspects nobody because of an outage of its own, and forgets nobody', async () => {
    const { join, clock, states, watcher } = bed();
    join('echo', 'e1');
    states();
    await clock.advance(1_000);
    watcher.transport.disconnect();
    await clock.advance(300_000);
    expect(states()).toEqual(['e1 alive']);
    watcher.transport.reconnect();
    await clock.advance(1);
    expect(states()).toEqual(['e1 alive']);
  });

  test('suspects nobody when nobody at all is heard: the bucket may be lost', async () => {
    const { join, clock, states, bus } = bed();
    join('echo', 'e1');
    join('echo', 'e2');
    states();
    await clock.advance(1_000);
    bus.buckets.silence();
    await clock.advance(60_000);
    expect(states()).toEqual(['e1 alive', 'e2 alive']);
  });

  test('knows who told of a presence before it was asked', async () => {
    const { join, clock, watcher } = bed();
    watcher.instances('other');
    join('echo', 'e1');
    await clock.advance(10);
    expect(watcher.instances('echo')).toMatchObject([{ id: 'e1', state: 'alive', inFlight: 2, limit: 20 }]);
  });
});

test('a beat out of turn does not shorten the window of the traffic', () => {
  const traffic = new Traffic();
  const total = (calls: number) => new Map([['ml.chat', calls]]);
  expect(traffic.sample(total(9), 0)).toEqual({});
  expect(traffic.sample(total(10), 100)).toEqual({ 'ml.chat': 10 });
  expect(traffic.sample(total(12), 5_000)).toEqual({ 'ml.chat': 12 });
  expect(traffic.sample(total(18), 10_000)).toEqual({});
  expect(traffic.sample(total(22), 15_000)).toEqual({ 'ml.chat': 10 });
});
