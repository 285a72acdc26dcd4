import { formatTraceparent, headerNames, MeshError, UlidSource } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test, vi } from 'vitest';
import { CONFIG_BUCKET } from '../config/mesh-config.ts';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import { type FakeHandler, repeat } from '../testing/fake-worker.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { spanTree } from '../testing/span-tree.ts';
import { twoInstances } from '../testing/two-instances.ts';
import type { EndedSpan } from './span.ts';
import { Tracing } from './tracing.ts';

const once = { max: 1, backoff: { baseMs: 50, capMs: 2_000 } };
const refuse =
  (code: 'overloaded' | 'internal'): FakeHandler =>
  () => {
    throw new MeshError(code, { target: 'echo.say' });
  };

/** The bed of an `echo`, and every span of its caller. */
function traced(handler?: FakeHandler, endpoint?: string, ratio = 1) {
  const bed = echoBed(handler, endpoint);
  return { ...bed, spans: taken(bed.mesh, ratio) };
}

function taken(mesh: { readonly tracing: Tracing }, ratio = 1): EndedSpan[] {
  const spans: EndedSpan[] = [];
  mesh.tracing.start({ ratio, take: (span) => spans.push(span) });
  return spans;
}

async function endOf<T>(clock: VirtualClock, call: Promise<T>, ms = 10_000): Promise<T | MeshError> {
  const ended = call.catch((error: unknown) => {
    if (error instanceof MeshError) return error;
    throw error;
  });
  await clock.advance(ms);
  return ended;
}

describe('the spans of a call', () => {
  test('are itself and its attempt, whose id travels with the request', async () => {
    const { client, spans, headers, mesh } = traced(({ input }) => ({
      body: input,
      headers: [[headerNames.load, 'e1 1 20 0']],
    }));
    await client.say({ word: 'a' }, { criticality: 'critical' });
    const [attempt, call] = spans;
    expect(spanTree(spans)).toEqual(['call echo.say', '  attempt']);
    expect(headers().trace).toEqual(attempt?.trace);
    expect(call).toMatchObject({ kind: 'internal', parentId: undefined, trace: { sampled: true }, failed: false });
    expect(call?.attributes).toEqual({
      'messaging.system': 'nats',
      'messaging.destination.template': mesh.subjects.endpoint('echo', 'say'),
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'call',
      'messaging.message.body.size': 12,
      'sc.criticality': 'critical',
    });
    expect(attempt).toMatchObject({
      kind: 'client',
      attributes: { 'messaging.operation.name': 'attempt', 'sc.attempt': 1, 'sc.instance': 'e1' },
    });
  });

  test('have wall-clock times that enclose each other', async () => {
    const { client, clock, bus, spans } = traced();
    bus.delay('seedcore-test.svc.echo.say', 7);
    await endOf(clock, client.say({ word: 'a' }));
    const [attempt, call] = spans;
    expect(attempt).toMatchObject({ startedWallMs: call?.startedWallMs, endedWallMs: call?.endedWallMs });
    expect(Number(call?.endedWallMs) - Number(call?.startedWallMs)).toBe(7);
  });

  test('tell of retries, and why there was no further one', async () => {
    const { client, clock, spans, seen } = traced(refuse('overloaded'));
    await endOf(clock, client.say({ word: 'a' }));
    expect(spanTree(spans)).toEqual([
      'call echo.say !overloaded <retry wait, retry wait, retry stop attempts_spent>',
      '  attempt !overloaded',
      '  attempt !overloaded <retry wait>',
      '  attempt !overloaded <retry wait>',
    ]);
    expect(spans.slice(0, 3).map(({ attributes }) => attributes['sc.attempt'])).toEqual([1, 2, 3]);
    const sent = seen.map(({ message }) => message.headers.get(headerNames.traceparent));
    expect(sent).toEqual(spans.slice(0, 3).map(({ trace }) => formatTraceparent(trace)));
  });

  test('tell of a hedge, and that the slower one was cancelled, which is nobody’s failure', async () => {
    let slow = 0;
    const firstIsSlow: FakeHandler = (request) => (slow-- > 0 ? undefined : repeat(request));
    const { clock, mesh } = await twoInstances({ e1: firstIsSlow, e2: firstIsSlow });
    const client = mesh.client(echo, { hedge: true, retry: once });
    for (let i = 0; i < 60; i++) await client.say({ word: 'a' });
    slow = 1;
    const spans = taken(mesh);
    expect(await endOf(clock, client.say({ word: 'a' }))).toMatchObject({ ok: true });
    const [call, ...attempts] = spanTree(spans);
    expect(call).toBe('call echo.say <hedge sent, hedge won>');
    expect(attempts.sort()).toEqual(['  attempt <hedge sent>', '  attempt ?cancelled']);
    const asked = spans.slice(0, 2).map(({ attributes }) => attributes['sc.instance']);
    expect([...asked].sort()).toEqual(['e1', 'e2']);
  });

  test('tell of the way from a busy instance to another one', async () => {
    const { clock, mesh } = await twoInstances({ e1: refuse('overloaded'), e2: refuse('overloaded') });
    const spans = taken(mesh);
    await endOf(clock, mesh.client(echo, { retry: once }).say({ word: 'a' }));
    expect(spanTree(spans)).toEqual([
      'call echo.say !overloaded <instance bounce, retry stop attempts_spent>',
      '  attempt !overloaded',
      '  attempt !overloaded <instance bounce>',
    ]);
  });

  test('have no attempt where it was refused before one', async () => {
    const { client, mesh, clock, spans, seen } = traced();
    await client.say({ word: 'before' });
    spans.length = 0;
    await mesh.kv.bucket(CONFIG_BUCKET).put('echo.say.override', new TextEncoder().encode('isolate'));
    await clock.advance(1_000);
    expect(await failureOf(client.say({ word: 'a' }))).toMatchObject({ code: 'circuit_open' });
    expect(spanTree(spans)).toEqual([
      expect.stringMatching(/^call echo\.say !circuit_open <breaker refused.*, retry stop never_retried>$/),
    ]);
    expect(seen).toHaveLength(1);
  });

  test('tell of an input that was not sent', async () => {
    const { client, spans } = traced();
    await failureOf(client.say({ word: 'no word at all' }));
    expect(spanTree(spans)).toEqual(['call echo.say !bad_request']);
  });

  test('name a declared failure, which is an answer', async () => {
    const failure = new TextEncoder().encode(
      '{"error":{"code":"rude","status":409,"message":"","retryable":false,"details":{"word":"a"}}}',
    );
    const { client, spans } = traced(() => ({ body: failure, headers: [[headerNames.errorCode, '409']] }));
    expect(await client.say({ word: 'a' })).toMatchObject({ ok: false });
    expect(spanTree(spans)).toEqual(['call echo.say ?rude', '  attempt']);
  });

  test('mark a degraded answer', async () => {
    const { client, spans } = traced(
      () => ({ body: { word: 'a', degraded: { reason: 'x', source: 'cache' } } }),
      'guess',
    );
    await client.guess({ word: 'a' });
    expect(spanTree(spans)).toEqual(['call echo.guess ~cache', '  attempt']);
  });

  test('show what stood in for an answer', async () => {
    const { mesh, clock, spans } = traced(refuse('internal'));
    const client = mesh.client(echo, { retry: once, fallback: { say: { default: () => ({ word: 'b' }) } } });
    expect(await endOf(clock, client.say({ word: 'a' }))).toMatchObject({ ok: true, value: { word: 'b' } });
    expect(spanTree(spans)).toEqual([
      'call echo.say ~default <retry stop attempts_spent, fallback default>',
      '  attempt !internal',
    ]);
  });

  test('show whoever shared the request of an equal call', async () => {
    const { client, clock, spans } = traced(undefined, 'look');
    await endOf(clock, Promise.all([client.look({ word: 'a' }), client.look({ word: 'a' })]));
    expect([...spanTree(spans)].sort()).toEqual([
      '    attempt',
      '  call echo.look',
      'call echo.look',
      'call echo.look <single_flight joined>',
    ]);
  });

  test('belong to the trace of the call they are made for, and follow its verdict', async () => {
    const { client, spans } = traced(undefined, undefined, 0);
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
    await client.say({ word: 'a' }, { trace });
    expect(spans.at(-1)).toMatchObject({ parentId: trace.spanId, trace: { traceId: trace.traceId } });
    spans.length = 0;
    await client.say({ word: 'a' }, { trace: { ...trace, sampled: false } });
    expect(spans).toEqual([]);
  });
});

describe('a trace', () => {
  test('that is not recorded costs no span, no header and no id', async () => {
    const off = echoBed();
    await off.client.say({ word: 'a' });
    const { client, spans, headers, random } = traced(undefined, undefined, 0);
    await client.say({ word: 'a' });
    expect(spans).toEqual([]);
    expect(headers().trace).toBeUndefined();
    expect(random.next()).toBe(off.random.next());
  });

  test('is not begun at all while nobody takes spans', async () => {
    const bed = echoBed();
    const stop = bed.mesh.tracing.start({ ratio: 1, take: () => expect.unreachable('a span nobody takes') });
    stop();
    await bed.client.say({ word: 'a' });
    expect(bed.headers().trace).toBeUndefined();
    expect(bed.mesh.tracing.on).toBe(false);
  });

  test('is recorded in the share asked for, and both ends agree by its id', () => {
    const clock = new VirtualClock();
    const random = new SeededRandom(6);
    const [near, far] = [new Tracing(clock, random), new Tracing(clock, random)];
    for (const one of [near, far]) one.start({ ratio: 0.01, take: () => undefined });
    const ids = new UlidSource(clock, random);
    const all = Array.from({ length: 50_000 }, () => ids.next());
    const recorded = all.filter((id) => near.samples(id));
    expect(recorded.length / all.length).toBeGreaterThan(0.008);
    expect(recorded.length / all.length).toBeLessThan(0.012);
    expect(all.filter((id) => far.samples(id))).toEqual(recorded);
    near.start({ ratio: 1, take: () => undefined });
    expect(all.every((id) => near.samples(id))).toBe(true);
  });

  test('follows the wall clock when that jumps', () => {
    const clock = new VirtualClock();
    const tracing = new Tracing(clock, new SeededRandom(1));
    const spans: EndedSpan[] = [];
    tracing.start({ ratio: 1, take: (span) => spans.push(span) });
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
    const work = { name: 'work', kind: 'internal', trace, parentId: undefined, attributes: {}, failed: false } as const;
    tracing.ended({ ...work, startedAt: 0, endedAt: 1 });
    const jumped = clock.wallMs() + 60_000;
    vi.spyOn(clock, 'wallMs').mockReturnValue(jumped);
    tracing.ended({ ...work, startedAt: 0, endedAt: 1 });
    expect(Number(spans[1]?.startedWallMs) - Number(spans[0]?.startedWallMs)).toBe(60_000);
  });
});

describe('an event', () => {
  function publishing(ratio: number) {
    const { mesh, clock, random, bus } = echoBed();
    const listener = memoryMesh({ clock, random, bus });
    return { mesh, listener, clock, out: taken(mesh, ratio), in: taken(listener, ratio) };
  }

  test('is published in one trace and processed in another that is linked to it', async () => {
    const { mesh, listener, clock, ...spans } = publishing(1);
    const traces: unknown[] = [];
    listener.subscribe(echo, 'said', (_data, { trace }) => void traces.push(trace));
    mesh.publish(echo, 'said', { word: 'hello' });
    await clock.advance(0);
    const [publish] = spans.out;
    const [process] = spans.in;
    expect(publish).toMatchObject({ name: 'publish echo.said', kind: 'producer', parentId: undefined });
    expect(process).toMatchObject({ name: 'process echo.said', kind: 'consumer', parentId: undefined });
    expect(process?.link).toEqual(publish?.trace);
    expect(process?.trace.traceId).not.toBe(publish?.trace.traceId);
    expect(traces).toEqual([process?.trace]);
    expect(publish?.attributes['messaging.destination.template']).toBe('seedcore-test.evt.echo.said');
    expect(process?.attributes['messaging.operation.type']).toBe('process');
  });

  test('that could not be published, or not be taken, says so', async () => {
    const { mesh, listener, clock, ...spans } = publishing(1);
    listener.observe({ defect: () => undefined });
    listener.subscribe(echo, 'said', () => Promise.reject(new Error('broken')));
    mesh.publish(echo, 'said', { word: 'hello' });
    await clock.advance(0);
    expect(spanTree(spans.in)).toEqual(['process echo.said !internal']);
    mesh.transport.disconnect();
    expect(mesh.publish(echo, 'said', { word: 'hello' })).toBe(false);
    expect(spanTree(spans.out)[1]).toBe('publish echo.said !not_connected');
  });

  test('of a trace that is not recorded costs no span, and its handler learns of none', async () => {
    const { mesh, listener, clock, ...spans } = publishing(0);
    const contexts: object[] = [];
    listener.subscribe(echo, 'said', (_data, context) => void contexts.push(context));
    mesh.publish(echo, 'said', { word: 'hello' });
    await clock.advance(0);
    expect([spans.out, spans.in]).toEqual([[], []]);
    expect(contexts).toEqual([{ subject: 'seedcore-test.evt.echo.said.hello', key: 'hello' }]);
  });
});

test('what a service is asked about itself is part of whatever asks', async () => {
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
  const health = new TextEncoder().encode('{}');
  const { mesh, spans, headers } = traced(() => ({ body: health }), 'health');
  await mesh.builtin('echo', 'health', { trace });
  expect(headers().trace).toEqual(trace);
  await mesh.builtin('echo', 'health');
  expect(headers(1).trace?.sampled).toBe(false);
  expect(spans).toEqual([]);
});
