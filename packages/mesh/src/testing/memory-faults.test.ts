import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { WireMessage } from '../transport/transport.ts';
import { failureOf } from './echo-bed.ts';
import { echo } from './echo-contract.ts';
import { fakeWorker, repeat } from './fake-worker.ts';
import { MemoryBus } from './memory-bus.ts';
import { memoryMesh } from './memory-mesh.ts';
import { memoryTransport } from './memory-transport.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** One connection that sends, one that keeps what arrives. */
function pair() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(11) };
  const bus = new MemoryBus(ports);
  const [one, other] = [memoryTransport({ ...ports, bus }), memoryTransport({ ...ports, bus })];
  const seen: WireMessage[] = [];
  other.subscribe('a.>', (message) => seen.push(message));
  const texts = () => seen.map(({ data }) => new TextDecoder().decode(data));
  const send = (count: number) => {
    for (let i = 0; i < count; i++) one.publish('a.b', bytes(String(i)));
  };
  return { ...ports, bus, one, other, seen, texts, send };
}

/** A client, and a worker on a mesh of its own that takes `workMs` per request. */
function calling(workMs = 0) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(5) };
  const bus = new MemoryBus(ports);
  const asker = memoryMesh({ ...ports, bus, service: 'asker', instance: 'asker-1' });
  const worker = memoryMesh({ ...ports, bus, service: 'echo', instance: 'echo-1' });
  fakeWorker(worker.transport, asker.subjects.endpoint('echo', 'say_once'), async (request) => {
    await new Promise<void>((resolve) => void ports.clock.after(workMs, resolve));
    return repeat(request);
  });
  const call = () => asker.client(echo).sayOnce({ word: 'hi' });
  return { ...ports, bus, asker, worker, call };
}

/** Milliseconds until a call ends. */
async function duration({ clock, call }: ReturnType<typeof calling>): Promise<number> {
  const began = clock.now();
  let took: number | undefined;
  const ended = call().finally(() => {
    took = clock.now() - began;
  });
  for (let i = 0; took === undefined && i < 2_000; i++) await clock.advance(1);
  await ended;
  return took ?? -1;
}

test('a duplicated message arrives twice until the fault ends', async () => {
  const { bus, send, texts, clock } = pair();
  const end = bus.duplicate('a.*');
  send(2);
  await clock.advance(0);
  end();
  send(1);
  await clock.advance(0);
  expect(texts()).toEqual(['0', '0', '1', '1', '0']);
});

test('reordered messages all arrive, some overtaken', async () => {
  const { bus, send, texts, clock } = pair();
  bus.reorder('a.b', 0.5);
  send(20);
  await clock.advance(10);
  const inOrder = Array.from({ length: 20 }, (_, i) => String(i));
  expect(texts()).not.toEqual(inOrder);
  expect(texts().toSorted()).toEqual(inOrder.toSorted());
});

test('a corrupted message differs in one bit, what was sent does not, and an empty one stays empty', async () => {
  const { bus, one, seen, clock } = pair();
  bus.corrupt('a.b');
  const sent = bytes('exactly this');
  one.publish('a.b', sent);
  one.publish('a.b', new Uint8Array(0));
  await clock.advance(0);
  const [changed = new Uint8Array(0), empty] = seen.map(({ data }) => data);
  const bits = [...changed].reduce(
    (sum, byte, i) => sum + (byte ^ (sent[i] ?? 0)).toString(2).replaceAll('0', '').length,
    0,
  );
  expect([bits, changed.length, empty?.length]).toEqual([1, sent.length, 0]);
  expect(new TextDecoder().decode(sent)).toBe('exactly this');
});

test.each(['drop', 'duplicate', 'corrupt', 'reorder'] as const)(
  '%s befalls the given share, by chance',
  async (kind) => {
    const { bus, send, seen, texts, clock } = pair();
    bus[kind]('a.b', 0.25);
    send(1_000);
    await clock.advance(0);
    const untouched = { drop: 1_000 - seen.length, duplicate: seen.length - 1_000, reorder: 1_000 - seen.length };
    const corrupted = texts().filter((text, i) => text !== String(i)).length;
    const befallen = kind === 'corrupt' ? corrupted : untouched[kind];
    expect(befallen).toBeGreaterThan(200);
    expect(befallen).toBeLessThan(300);
  },
);

test('faults of one subject add up: late, twice, and no other subject is touched', async () => {
  const { bus, one, seen, clock } = pair();
  bus.delay('a.b', 30);
  bus.delay('a.>', 20);
  bus.duplicate('a.b');
  one.publish('a.b', bytes(''));
  one.publish('a.c', bytes(''));
  await clock.advance(20);
  expect(seen.map(({ subject }) => subject)).toEqual(['a.c']);
  await clock.advance(30);
  expect(seen.map(({ subject }) => subject)).toEqual(['a.c', 'a.b', 'a.b']);
});

test('two instances apart do not hear each other, a third hears both, and nobody is told', async () => {
  const bed = calling();
  const heard: string[] = [];
  const third = memoryMesh({ ...bed, service: 'third' });
  third.transport.subscribe(bed.asker.subjects.endpoint('echo', 'say_once'), ({ subject }) => heard.push(subject));
  const heal = bed.bus.partition('echo-1', 'asker-1');
  const lost = failureOf(bed.call());
  await bed.clock.advance(1_100);
  expect(await lost).toMatchObject({ code: 'timeout' });
  expect(heard).toHaveLength(1);
  expect([bed.asker.state, bed.worker.state]).toEqual(['up', 'up']);
  heal();
  expect(await duration(bed)).toBe(0);
});

test('of a killed instance the broker knows nothing, and its replies in flight are lost', async () => {
  const bed = calling(50);
  const inFlight = failureOf(bed.call());
  await bed.clock.advance(10);
  bed.bus.kill('echo-1');
  const later = failureOf(bed.asker.client(echo).sayOnce({ word: 'later' }, { deadlineMs: 100 }));
  await bed.clock.advance(2_000);
  expect(await inFlight).toMatchObject({ code: 'timeout' });
  expect(await later).toMatchObject({ code: 'no_responder' });
  expect(bed.worker.state).toBe('up');
});

test('a slow instance takes its time so many times over, until the fault ends', async () => {
  const bed = calling(50);
  expect(await duration(bed)).toBe(50);
  const end = bed.bus.slow('echo-1', 4);
  expect(await duration(bed)).toBe(200);
  end();
  expect(await duration(bed)).toBe(50);
  expect(() => bed.bus.slow('echo-1', 0.5)).toThrow(/factor is 0.5/);
});

test('the same seed gives the same faults', async () => {
  const run = async () => {
    const { bus, send, texts, clock } = pair();
    for (const kind of ['drop', 'duplicate', 'corrupt', 'reorder'] as const) bus[kind]('a.>', 0.2);
    send(100);
    await clock.advance(20);
    return texts();
  };
  expect(await run()).toEqual(await run());
});
