import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { echo } from '../testing/echo-contract.ts';
import { type FakeHandler, type FakeRequest, fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { answersNeeded } from './quorum.ts';

const NS = 'seedcore-test';

/** Instances of echo, each with a handler of its own, and a mesh that asks them. */
function bed(...handlers: readonly FakeHandler[]) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  const seen: string[] = [];
  const cancelled: string[] = [];
  for (const [n, handler] of handlers.entries()) {
    const id = `e${n}`;
    const transport = memoryTransport({ ...ports, bus });
    const info = { name: 'echo', id, version: '1.0.0', metadata: { 'sc.inst': '1' } };
    const endpoints = [{ name: 'say', subject: `${NS}.svc.echo.say` }];
    transport.subscribe('$SRV.INFO.echo', ({ reply = '' }) =>
      transport.publish(reply, new TextEncoder().encode(JSON.stringify({ ...info, endpoints }))),
    );
    fakeWorker(transport, `${NS}.inst.echo.${id}.say`, (request: FakeRequest) => {
      seen.push(id);
      return handler(request);
    });
    transport.subscribe(`${NS}.inst.echo.${id}.cancel`, () => cancelled.push(id));
  }
  const mesh = memoryMesh({ ...ports, bus });
  const gather = (quorum: number | 'majority' | 'all', word = 'a') =>
    mesh.gather(echo, 'say', { input: { word }, quorum, withinMs: 900 });
  return { ...ports, bus, mesh, gather, seen, cancelled };
}

const silent: FakeHandler = () => undefined;
const rude: FakeHandler = () => {
  throw new MeshError('unavailable', { target: 'echo.say' });
};
const answer = (instance: string) => ({ instance, reply: { ok: true, value: { word: 'a' } } });

describe('a quorum', () => {
  test.each([
    ['majority', 5, 3],
    ['majority', 4, 3],
    ['majority', 0, 1],
    ['all', 4, 4],
    ['all', 0, 1],
    [2, 5, 2],
    [7, 5, 7],
  ] as const)('%s of %i are %i', (quorum, addressed, needed) => {
    expect(answersNeeded(quorum, addressed)).toBe(needed);
  });

  test.each([0, -1, 1.5, Number.NaN])('of %d is none', (quorum) => {
    expect(() => answersNeeded(quorum, 3)).toThrow(RangeError);
  });
});

describe('gathering', () => {
  test('asks every instance on its own subject', async () => {
    const { gather, clock, seen } = bed(repeat, repeat, repeat);
    const all = gather('all');
    await clock.advance(400);
    expect(await all).toEqual({ met: true, answers: [answer('e0'), answer('e1'), answer('e2')], missing: [] });
    expect(seen).toEqual(['e0', 'e1', 'e2']);
  });

  test('ends as soon as the quorum holds, and cancels the rest', async () => {
    const { gather, clock, cancelled } = bed(repeat, silent, repeat);
    const ended = gather('majority').then((result) => ({ result, at: clock.now() }));
    await clock.advance(800);
    expect(await ended).toEqual({
      result: { met: true, answers: [answer('e0'), answer('e2')], missing: ['e1'] },
      at: 300,
    });
    expect(cancelled).toEqual(['e1']);
  });

  test('ends as soon as the quorum cannot hold any more', async () => {
    const { gather, clock } = bed(repeat, rude, silent);
    const ended = gather('all').then((result) => ({ ...result, at: clock.now() }));
    await clock.advance(2_000);
    const { met, at, answers } = await ended;
    expect([met, answers.length]).toEqual([false, 1]);
    expect(at).toBeLessThan(900);
  });

  test('ends in time when nobody answers', async () => {
    const { gather, clock } = bed(silent, silent);
    const ended = gather(1).then((result) => ({ ...result, at: clock.now() }));
    await clock.advance(2_000);
    expect(await ended).toEqual({ met: false, answers: [], missing: ['e0', 'e1'], at: 900 });
  });

  test('sends nothing when there are too few to ask', async () => {
    const { gather, clock, seen } = bed(repeat, repeat);
    const few = gather(3);
    await clock.advance(400);
    expect([await few, seen]).toEqual([{ met: false, answers: [], missing: ['e0', 'e1'] }, []]);
    const none = bed().gather('majority');
    expect(await none).toEqual({ met: false, answers: [], missing: [] });
  });

  test('throws what is the caller’s own fault', async () => {
    const { gather, clock } = bed(repeat, repeat);
    const refused = gather('all', 'no id').catch((error: unknown) => error);
    await clock.advance(400);
    expect(await refused).toMatchObject({ code: 'bad_request' });
  });

  test('leaves nothing behind', async () => {
    const { gather, clock, mesh } = bed(repeat, silent);
    const one = gather(1);
    await clock.advance(400);
    await one;
    await mesh.close();
    expect(clock.pending).toBe(0);
  });
});
