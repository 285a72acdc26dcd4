import { endpoint, errorBody, headerNames, MeshError, sensitive, service } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { defaultThrottle, defaultTokens } from '@seedcore/resilience';
import { describe, expect, test } from 'vitest';
import { CONFIG_BUCKET } from '../config/mesh-config.ts';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import { type FakeHandler, fakeWorker, repeat } from '../testing/fake-worker.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { twoInstances } from '../testing/two-instances.ts';
import type { CallRecord } from './call-record.ts';
import { SAMPLE_EVERY } from './record-limit.ts';

const refuse =
  (code: 'overloaded' | 'no_responder' | 'internal', facts: object = {}): FakeHandler =>
  () => {
    throw new MeshError(code, { target: 'echo.say', ...facts });
  };
const silent: FakeHandler = () => undefined;

/** The steps of a record as `at layer decision` with what is worth comparing. */
const told = (record: CallRecord | undefined) =>
  record?.steps.map(({ layer, decision, detail }) =>
    [layer, decision, detail.attempt, detail.instance, detail.to, detail.code, detail.reason].filter(Boolean).join(' '),
  );

async function failed(bed: { clock: VirtualClock }, call: Promise<unknown>, ms = 5_000): Promise<MeshError> {
  const ending = failureOf(call);
  await bed.clock.advance(ms);
  return ending;
}

describe('mesh.A25: a call that failed has a record that explains each attempt', () => {
  test('retries, and why there was none after the last', async () => {
    const bed = echoBed(refuse('overloaded'));
    const error = await failed(bed, bed.client.say({ word: 'a' }));
    const [record] = bed.mesh.records.recent();
    expect(record).toMatchObject({
      target: 'echo.say',
      caller: 'asker',
      instance: bed.mesh.instance,
      outcome: 'overloaded',
      trace_id: error.traceId,
      chain: ['asker'],
      input: { word: 'a' },
    });
    expect(told(record)).toEqual([
      'attempt failed 1 overloaded',
      'retry wait overloaded',
      'attempt failed 2 overloaded',
      'retry wait overloaded',
      'attempt failed 3 overloaded',
      'retry stop overloaded attempts_spent',
    ]);
    const times = record?.steps.map(({ at_ms }) => at_ms) ?? [];
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('what may have run and must not run twice', async () => {
    const bed = echoBed(silent, 'say_once');
    expect(await failed(bed, bed.client.sayOnce({ word: 'a' }))).toMatchObject({ code: 'timeout' });
    expect(told(bed.mesh.records.recent()[0])).toEqual([
      'attempt failed 1 timeout',
      'retry stop timeout not_idempotent',
    ]);
  });

  test('the breaker that refuses, and what opened it', async () => {
    const bed = echoBed(silent);
    await Promise.all(Array.from({ length: 5 }, () => failed(bed, bed.client.say({ word: 'a' }), 1_000)));
    expect(await failed(bed, bed.client.say({ word: 'a' }), 0)).toMatchObject({ code: 'circuit_open' });
    const record = bed.mesh.records.recent().at(-1);
    expect(told(record)).toEqual(['breaker refused run', 'retry stop circuit_open never_retried']);
  });

  test('an operator who isolated it', async () => {
    const bed = echoBed();
    await bed.client.say({ word: 'before' });
    await bed.mesh.kv.bucket(CONFIG_BUCKET).put('echo.say.override', new TextEncoder().encode('isolate'));
    await bed.clock.advance(0);
    await failed(bed, bed.client.say({ word: 'a' }), 0);
    expect(told(bed.mesh.records.recent()[0])).toEqual([
      'breaker refused isolate',
      'retry stop circuit_open never_retried',
    ]);
  });

  test('the bulkhead: who waited, and who was sent away', async () => {
    const bed = echoBed(silent);
    const client = bed.mesh.client(echo, { bulkhead: { limit: 1, queue: 4 } });
    const calls = [900, 500, 500, 500, 500, 500].map((deadlineMs) =>
      failureOf(client.say({ word: 'a' }, { deadlineMs })),
    );
    await bed.clock.advance(1_000);
    await Promise.all(calls);
    const stories = bed.mesh.records.recent().map((record) => told(record)?.join(', '));
    expect(stories).toHaveLength(6);
    expect(new Set(stories)).toEqual(
      new Set([
        'bulkhead refused full, retry stop bulkhead_full never_retried',
        'bulkhead waits, retry stop deadline_exceeded no_time_left',
        'attempt failed 1 timeout, retry stop timeout no_time_left',
      ]),
    );
  });

  test('tokens', async () => {
    const bed = echoBed();
    const client = bed.mesh.client(echo, { tokens: { ...defaultTokens, burst: 1 }, retry: { ...once } });
    await client.say({ word: 'a' });
    await failed(bed, client.say({ word: 'a' }), 0);
    expect(told(bed.mesh.records.recent()[0])).toEqual(['tokens refused', 'retry stop rate_limited attempts_spent']);
  });

  test('the throttle', async () => {
    const bed = echoBed(refuse('overloaded'));
    const client = bed.mesh.client(echo, { retry: once, throttle: { ...defaultThrottle, k: 1 } });
    for (let i = 0; i < 40; i++) await failed(bed, client.say({ word: 'a' }), 1);
    const stories = bed.mesh.records.recent().map((record) => told(record)?.join(', '));
    expect(stories).toContain('throttle refused accepts');
  });

  test('too little time, a caller that leaves, and an input that does not fit: nothing was sent', async () => {
    const bed = echoBed(refuse('overloaded'));
    await failed(bed, bed.client.say({ word: 'a' }, { deadlineMs: 0.5 }), 0);
    const leaving = new AbortController();
    const left = failureOf(bed.client.say({ word: 'a' }, { signal: leaving.signal }));
    await bed.clock.advance(1);
    leaving.abort();
    expect(await left).toMatchObject({ code: 'cancelled' });
    const misfit = await failed(bed, bed.client.say({ word: 'a', times: JSON.parse('"many"') }), 0);
    const records = bed.mesh.records.recent();
    expect(records.map(told)).toEqual([
      ['deadline refused'],
      ['attempt failed 1 overloaded', 'retry wait overloaded', 'call cancelled cancelled'],
      ['call refused bad_request'],
    ]);
    expect(records[2]).toMatchObject({ trace_id: misfit.traceId, steps: [{ detail: { field: '/times' } }] });
    expect(records[2]).not.toHaveProperty('input');
  });

  test('a bounce to another instance, which is no retry', async () => {
    const { clock, mesh } = await twoInstances({ e1: refuse('overloaded'), e2: refuse('overloaded') });
    await failed({ clock }, mesh.client(echo, { retry: once }).say({ word: 'a' }));
    const [first, bounce, second, stop] = mesh.records.recent()[0]?.steps ?? [];
    expect(first).toMatchObject({ layer: 'attempt', decision: 'failed', detail: { attempt: 1, code: 'overloaded' } });
    expect(bounce).toMatchObject({
      layer: 'instance',
      decision: 'bounce',
      detail: { instance: first?.detail.instance },
    });
    expect(second).toMatchObject({ layer: 'attempt', detail: { attempt: 1, instance: bounce?.detail.to } });
    expect(stop).toMatchObject({ layer: 'retry', decision: 'stop', detail: { reason: 'attempts_spent' } });
  });

  test('a hedge beside a silent attempt, and how both ended', async () => {
    let slow = false;
    const sometimes: FakeHandler = (request) => (slow ? undefined : repeat(request));
    const { clock, mesh } = await twoInstances({ e1: sometimes, e2: sometimes });
    const client = mesh.client(echo, { hedge: true, retry: once });
    for (let i = 0; i < 60; i++) await client.say({ word: 'a' });
    slow = true;
    await failed({ clock }, client.say({ word: 'a' }));
    const record = mesh.records.recent().at(-1);
    expect(record).toMatchObject({ outcome: 'timeout' });
    expect(told(record)?.[0]).toMatch(/^hedge sent e[12]$/);
    expect(
      told(record)
        ?.filter((line) => line.startsWith('attempt failed 1'))
        .sort(),
    ).toEqual(['attempt failed 1 e1 timeout', 'attempt failed 1 e2 timeout']);
  });
});

test('calls that share a request have a record each, beside the one that tells of its attempts', async () => {
  const bed = echoBed(silent, 'look');
  const calls = [1, 2].map(() => failureOf(bed.client.look({ word: 'a' })));
  await bed.clock.advance(10_000);
  const traces = (await Promise.all(calls)).map(({ traceId }) => traceId);
  const records = bed.mesh.records.recent();
  expect(records.filter(({ steps }) => steps.some(({ layer }) => layer === 'attempt'))).toHaveLength(1);
  expect(records.filter(({ steps }) => steps.some(({ layer }) => layer === 'single_flight'))).toHaveLength(1);
  expect(records).toHaveLength(3);
  for (const trace of traces) expect(records.map(({ trace_id }) => trace_id)).toContain(trace);
});

describe('who is recorded', () => {
  test('of calls that go well one in a hundred, with the instance that answered', async () => {
    const answering: FakeHandler = (request) => ({
      ...repeat(request),
      body: { word: 'a' },
      headers: [[headerNames.load, 'e1 1 20 0']],
    });
    const bed = echoBed(answering);
    for (let i = 0; i < SAMPLE_EVERY; i++) await bed.client.say({ word: 'a' });
    expect(bed.mesh.records.recent()).toMatchObject([
      { outcome: 'ok', steps: [{ layer: 'attempt', decision: 'answered', detail: { attempt: 1, instance: 'e1' } }] },
    ]);
  });

  test('every degraded answer', async () => {
    const bed = echoBed(() => ({ body: { word: 'a', degraded: { reason: 'no_model', source: 'default' } } }), 'guess');
    await bed.client.guess({ word: 'a' });
    expect(bed.mesh.records.recent()).toMatchObject([{ outcome: 'degraded', steps: [{ decision: 'answered' }] }]);
  });

  test('not a call that needed a second attempt and was answered', async () => {
    let asked = 0;
    const bed = echoBed((request) => {
      asked += 1;
      return asked === 1 ? refuse('overloaded')(request) : repeat(request);
    });
    const reply = bed.client.say({ word: 'a' });
    await bed.clock.advance(1_000);
    expect(await reply).toMatchObject({ ok: true });
    expect(bed.mesh.records.recent()).toEqual([]);
  });
});

test('a record is published at once under its call and its trace, and one made without a connection later', async () => {
  const bed = echoBed(refuse('internal'), 'say_once');
  const heard: string[] = [];
  bed.worker.subscribe('seedcore-test.log.call.>', ({ subject }) => void heard.push(subject));
  await failed(bed, bed.client.sayOnce({ word: 'a' }));
  bed.mesh.transport.disconnect();
  await failed(bed, bed.client.sayOnce({ word: 'a' }));
  expect(heard).toHaveLength(1);
  bed.mesh.transport.reconnect();
  await bed.clock.advance(10);
  const subjects = bed.mesh.records.recent().map(({ call, trace_id }) => `seedcore-test.log.call.${call}.${trace_id}`);
  expect(heard).toEqual(subjects);
  expect(subjects).toHaveLength(2);
});

test('mesh.A25: nothing of a sensitive field is in a record, whatever a callee puts into its error', async () => {
  const CANARY = 'canary-7f3a';
  const nothing = errorBody.omit({ error: true }).strict();
  const text = errorBody.shape.error.shape.message;
  const vault = service('vault', {
    doc: 'Keeps notes.',
    version: '1.0.0',
    endpoints: {
      keep: endpoint({ doc: 'Keeps one.', input: nothing.extend({ note: sensitive(text) }), output: nothing }),
    },
  });
  const ports = { clock: new VirtualClock(), random: new SeededRandom(25) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus, service: 'asker' });
  const published: string[] = [];
  const worker = memoryTransport({ ...ports, bus });
  worker.subscribe('seedcore-test.log.>', ({ data }) => void published.push(new TextDecoder().decode(data)));
  fakeWorker(worker, mesh.subjects.endpoint('vault', 'keep'), ({ input }) => {
    const details = { reason: 'canary', field: `/${CANARY}`, input };
    throw new MeshError('internal', { target: 'vault.keep', message: CANARY, details });
  });
  const client = mesh.client(vault);
  await failed(ports, client.keep({ note: CANARY }));
  await failed(ports, client.keep({ note: CANARY, ...JSON.parse(`{"${CANARY}":1}`) }));
  expect(published).toHaveLength(2);
  for (const record of [...published, JSON.stringify(mesh.records.recent())]) expect(record).not.toContain('canary');
});

const once = { max: 1, backoff: { baseMs: 50, capMs: 2_000 } };
