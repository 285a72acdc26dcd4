import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { suspectBy } from '@seedcore/resilience';
import { describe, expect, test } from 'vitest';
import type { PresenceFacts } from '../presence/presence-body.ts';
import { failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import { fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { type MemoryMesh, memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { BREAKERS_BUCKET } from './testimony.ts';

test('mesh.G22: one of one is no quorum, two of two are, two of five are not, three of five are', () => {
  expect([suspectBy(1, 1), suspectBy(2, 2), suspectBy(5, 2), suspectBy(5, 3)]).toEqual([false, true, false, true]);
});

const ready: PresenceFacts = {
  version: '1.0.0',
  contract: '',
  state: 'ready',
  ready: true,
  started: '',
  in_flight: 0,
  limit: 1,
  loop_delay_ms: 0,
};

/** Callers that are present, and a worker that may fall silent. */
function bed(callers: number) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  let answers = true;
  const worker = memoryTransport({ ...ports, bus });
  fakeWorker(worker, 'seedcore-test.svc.echo.say_once', (request) => (answers ? repeat(request) : undefined));
  const join = (n: number) => {
    const mesh = memoryMesh({ ...ports, bus, service: 'asker', instance: `a${n}` });
    mesh.present(() => ready);
    return mesh;
  };
  const meshes = Array.from({ length: callers }, (_, n) => join(n));
  const call = (mesh: MemoryMesh) =>
    mesh
      .client(echo)
      .sayOnce({ word: 'a' })
      .catch((error: unknown) => error);
  const seen: string[] = [];
  const listener = memoryMesh({ ...ports, bus });
  listener.kv.bucket(BREAKERS_BUCKET).watch(({ key, value }) => seen.push(value === undefined ? `-${key}` : key));
  return {
    ...ports,
    bus,
    meshes,
    seen,
    /** Ten calls of each, so that all have traffic. */
    async warm() {
      for (const mesh of meshes) for (let i = 0; i < 10; i++) await call(mesh);
      await ports.clock.advance(5_000);
    },
    /** Opens the breaker of one caller. */
    async trip(mesh: MemoryMesh | undefined) {
      if (mesh === undefined) throw new Error('no such caller');
      answers = false;
      const failed = Array.from({ length: 5 }, () => call(mesh));
      await ports.clock.advance(1_000);
      await Promise.all(failed);
      answers = true;
    },
    call,
    suspects: () => meshes.map((mesh) => mesh.resources()[0]?.breaker.suspect),
    states: () => meshes.map((mesh) => mesh.resources()[0]?.breaker.state),
  };
}

describe('a shared verdict', () => {
  test('is what every caller finds for itself once half of them, and two at least, have opened', async () => {
    const { meshes, warm, trip, suspects, clock } = bed(4);
    await warm();
    await trip(meshes[0]);
    await clock.advance(0);
    expect(suspects()).toEqual([false, false, false, false]);
    await trip(meshes[1]);
    await clock.advance(0);
    expect(suspects()).toEqual([true, true, true, true]);
  });

  test('mesh.A24, mesh.S11: alone opens nothing', async () => {
    const { meshes, warm, trip, states } = bed(3);
    await warm();
    await trip(meshes[0]);
    await trip(meshes[1]);
    expect(states()).toEqual(['open', 'open', 'closed']);
  });

  test('needs more where more callers have traffic', async () => {
    const { meshes, warm, trip, suspects } = bed(5);
    await warm();
    await trip(meshes[0]);
    await trip(meshes[1]);
    expect(suspects()).toEqual([false, false, false, false, false]);
    await trip(meshes[2]);
    expect(suspects()).toEqual([true, true, true, true, true]);
  });

  test('is renewed with every beat while a breaker is not closed, and taken back when it closes', async () => {
    const { meshes, warm, trip, seen, clock, call } = bed(1);
    await warm();
    await trip(meshes[0]);
    await clock.advance(4_500);
    expect(new Set(seen)).toEqual(new Set(['echo.say_once.a0']));
    expect(seen.length).toBeGreaterThanOrEqual(2);
    await clock.advance(2_000);
    for (const mesh of meshes) for (let i = 0; i < 3; i++) await call(mesh);
    await clock.advance(0);
    expect(seen.at(-1)).toBe('-echo.say_once.a0');
  });

  test('ends 15 s after its witnesses were last heard, however they ended', async () => {
    const { meshes, warm, trip, suspects, clock } = bed(4);
    await warm();
    await trip(meshes[0]);
    await trip(meshes[1]);
    expect(suspects()[3]).toBe(true);
    meshes[0]?.transport.disconnect();
    await clock.advance(21_000);
    expect(suspects()[3]).toBe(false);
  });

  test('is known to a target that is called for the first time', async () => {
    const { meshes, warm, trip, bus, clock, random } = bed(2);
    await warm();
    await trip(meshes[0]);
    await trip(meshes[1]);
    const late = memoryMesh({ clock, random, bus });
    const other = failureOf(late.client(echo).say({ word: 'a' }));
    await clock.advance(2_000);
    expect(await other).toMatchObject({ code: 'no_responder' });
    const first = late.client(echo).sayOnce({ word: 'a' });
    await clock.advance(100);
    await first;
    expect(late.resources().find(({ target }) => target === 'echo.say_once')?.breaker.suspect).toBe(true);
  });
});

test('a process that tells of no presence does not testify, and leaves no timer', async () => {
  const { clock, random, bus, seen } = bed(0);
  const client = memoryMesh({ clock, random, bus });
  const failed = Array.from({ length: 5 }, () =>
    client
      .client(echo)
      .say({ word: 'a' })
      .catch(() => undefined),
  );
  await clock.advance(2_000);
  await Promise.all(failed);
  expect(seen).toEqual([]);
  await client.close();
  expect(clock.pending).toBe(0);
});
