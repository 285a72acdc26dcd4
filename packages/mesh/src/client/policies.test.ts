import { headerNames, MeshError, readCallHeaders, UlidSource } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { MeshObserver } from '../report/observer.ts';
import { echo } from '../testing/echo-contract.ts';
import { type FakeHandler, type FakeRequest, fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { Tracing } from '../trace/tracing.ts';
import { OutgoingCall } from './outgoing-call.ts';

function together(handler: FakeHandler = repeat) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(3) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus, service: 'asker' });
  const seen: FakeRequest[] = [];
  fakeWorker(memoryTransport({ ...ports, bus }), mesh.subjects.endpoint('echo', 'say'), (request) => {
    seen.push(request);
    return handler(request);
  });
  const told: string[] = [];
  const observer: MeshObserver = {
    call: ({ target, outcome }) => told.push(`call ${target} ${outcome}`),
    attempt: ({ attempt, code }) => told.push(`attempt ${attempt} ${code}`),
    decision: (_target, { layer, decision }) => told.push(`${layer} ${decision}`),
    lateReply: () => told.push('late'),
    state: (state) => told.push(state),
  };
  mesh.observe(observer);
  return { ...ports, bus, mesh, seen, told, client: mesh.client(echo) };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answer',
    (error: unknown) => (error instanceof MeshError ? error.code : error),
  );

describe('deadlines', () => {
  test('mesh.G1: 2000 left and an overhead of 4 make a header of 1996', async () => {
    const { client, clock, bus, seen } = together(({ input }) => ({
      body: input,
      headers: [[headerNames.load, 'e1 1 20 0']],
    }));
    bus.delay('seedcore-test.svc.echo.say', 4);
    for (let i = 0; i < 10; i++) {
      const reply = client.say({ word: 'a' });
      await clock.advance(4);
      await reply;
    }
    const reply = client.say({ word: 'a' }, { deadlineMs: 2_000 });
    await clock.advance(4);
    await reply;
    const last = seen.at(-1)?.message.headers;
    expect(last === undefined ? undefined : readCallHeaders(last, 'echo.say')).toMatchObject({ deadlineMs: 1_996 });
  });

  test('mesh.G1: of 1965 left a child of 500 gets 500 and one of 5000 gets 1925', () => {
    const clock = new VirtualClock();
    const random = new SeededRandom(1);
    const tracing = new Tracing(clock, random);
    const ports = { service: 'asker', clock, random, tracing, ids: new UlidSource(clock, random) };
    const purpose = (deadlineMs: number) =>
      ({ target: 'a.b', endpoint: { deadlineMs, criticality: 'important' }, deadlineMs: undefined }) as const;
    const parent = new OutgoingCall(purpose(1_965), undefined, ports);
    const left = () => parent.deadlineAt - clock.now();
    const call = { ...parent, signal: new AbortController().signal, left, child: () => call };
    const budgetOf = (deadlineMs: number) => new OutgoingCall(purpose(deadlineMs), call, ports).deadlineAt;
    expect([budgetOf(500), budgetOf(5_000)]).toEqual([500, 1_925]);
  });

  test('without time left nothing is sent', async () => {
    const { client, seen } = together();
    expect(await codeOf(client.say({ word: 'a' }, { deadlineMs: 0.5 }))).toBe('deadline_exceeded');
    expect(seen).toHaveLength(0);
  });
});

describe('the breaker of an endpoint', () => {
  test('opens after five unanswered calls, refuses, and is reported', async () => {
    const { client, clock, mesh, told, seen } = together(() => undefined);
    const calls = Array.from({ length: 5 }, () => codeOf(client.say({ word: 'a' })));
    await clock.advance(1_000);
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['timeout']));
    expect(await codeOf(client.say({ word: 'a' }))).toBe('circuit_open');
    expect(seen).toHaveLength(5);
    expect(told).toContain('breaker open');
    expect(mesh.resources()).toMatchObject([
      {
        target: 'echo.say',
        status: 'failed',
        breaker: { state: 'open', reason: 'run', k: 0 },
        requests: 6,
        success_rate: 0,
      },
    ]);
  });

  test('mesh.S4: is not moved by bad requests', async () => {
    const { client, mesh } = together(() => {
      throw new MeshError('bad_request', { target: 'echo.say' });
    });
    for (let i = 0; i < 50; i++) expect(await codeOf(client.say({ word: 'a' }))).toBe('bad_request');
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'closed' } }]);
  });

  test('is shared by clients that only pin different instances', async () => {
    const { mesh, clock } = together();
    await mesh.client(echo).say({ word: 'a' });
    const pinned = codeOf(mesh.client(echo, { instance: 'gone' }).say({ word: 'a' }));
    await clock.advance(1_000);
    expect(await pinned).toBe('no_responder');
    expect(mesh.resources()).toHaveLength(1);
  });

  test('is not moved by an instance that is gone: that says nothing about the others', async () => {
    const { mesh, clock } = together();
    for (let i = 0; i < 20; i++) {
      const pinned = codeOf(mesh.client(echo).say({ word: 'a' }, { instance: 'gone' }));
      await clock.advance(1_000);
      expect(await pinned).toBe('no_responder');
    }
    expect(mesh.resources()).toMatchObject([{ breaker: { state: 'closed' } }]);
  });
});

test('the bulkhead lets 25 calls through and reports how full it is', async () => {
  const { client, clock, mesh, seen } = together(() => undefined);
  const calls = Array.from({ length: 30 }, () => codeOf(client.say({ word: 'a' })));
  await clock.advance(1);
  expect(seen).toHaveLength(25);
  expect(mesh.resources()).toMatchObject([{ status: 'overloaded', in_flight: 25, queued: 5, limit: 25 }]);
  await clock.advance(5_000);
  await Promise.all(calls);
  expect(mesh.resources()).toMatchObject([{ in_flight: 0, queued: 0 }]);
});

test('an observer hears of calls, attempts, decisions, late replies and the connection, until it leaves', async () => {
  let asked = 0;
  const { client, clock, mesh, told, bus } = together((request) => {
    asked += 1;
    if (asked === 1) throw new MeshError('overloaded', { target: 'echo.say' });
    return repeat(request);
  });
  const stop = mesh.observe({ call: () => told.push('second observer') });
  const first = client.say({ word: 'a' });
  await clock.advance(100);
  await first;
  stop();
  bus.delay('_INBOX.>', 1_500);
  const second = codeOf(client.say({ word: 'a' }));
  await clock.advance(2_000);
  expect(await second).toBe('timeout');
  mesh.transport.disconnect();
  expect(told).toEqual([
    'attempt 1 overloaded',
    'retry wait',
    'attempt 2 answer',
    'call echo.say ok',
    'second observer',
    'attempt 1 timeout',
    'retry stop',
    'call echo.say timeout',
    'late',
    'down',
  ]);
});
