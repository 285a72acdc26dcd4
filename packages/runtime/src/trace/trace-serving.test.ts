import { type EndedSpan, sheds } from '@seedcore/mesh';
import { MemoryBus, memoryMesh, spanTree } from '@seedcore/mesh/testing';
import {
  type Call,
  endpoint,
  fail,
  formatTraceparent,
  implement,
  MeshError,
  ok,
  sensitive,
  service,
} from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type sample, sampleService } from '../testing/sample-service.ts';
import { type StartOptions, startService } from '../testing/start-service.ts';
import { teller, tellerService } from '../testing/stream-service.ts';

const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true };

function traced(options: StartOptions<typeof sample> = {}, ratio = 1) {
  const clock = new VirtualClock();
  const spans: EndedSpan[] = [];
  const { implementation, seen } = sampleService(clock);
  const traces = { ratio, take: (span: EndedSpan) => void spans.push(span) };
  const started = startService(implementation, { clock, traces, ...options });
  return { clock, spans, seen, started };
}

describe('the span of a request', () => {
  test('is part of the attempt that brought it, and the handler’s calls are part of it', async () => {
    const { started, spans, seen } = traced();
    await started.echo({ text: 'hello' }, { criticality: 'critical' });
    expect(spanTree(spans)).toEqual(['call sample.echo', '  attempt', '    serve sample.echo']);
    const serve = spans.find(({ kind }) => kind === 'server');
    expect(seen.calls[0]?.trace).toEqual(serve?.trace);
    expect(serve?.attributes).toEqual({
      'messaging.system': 'nats',
      'messaging.destination.template': 'test.svc.sample.echo',
      'messaging.operation.type': 'process',
      'messaging.operation.name': 'serve',
      'messaging.message.body.size': 16,
      'sc.attempt': 1,
      'sc.instance': started.instance,
      'sc.criticality': 'critical',
    });
  });

  test('of a plain request is the root of its trace, or part of the one its header names', async () => {
    const { started, spans } = traced();
    await started.request('echo');
    await started.request('echo', '', { traceparent: formatTraceparent(PARENT) });
    expect(spans[0]).toMatchObject({ kind: 'server', parentId: undefined, trace: { sampled: true } });
    expect(spans[1]).toMatchObject({ parentId: PARENT.spanId, trace: { traceId: PARENT.traceId, sampled: true } });
    expect(spans[1]?.trace.spanId).not.toBe(PARENT.spanId);
  });

  test('is not made where the trace is not recorded, whatever is asked here', async () => {
    const { started, spans, seen } = traced();
    await started.request('echo', '', { traceparent: formatTraceparent({ ...PARENT, sampled: false }) });
    expect(spans).toEqual([]);
    expect(seen.calls[0]?.trace).toMatchObject({ traceId: PARENT.traceId, sampled: false });
  });

  test('is made where the trace is recorded, however few begin here', async () => {
    const { started, spans } = traced({}, 0);
    await started.request('echo');
    await started.echo({});
    expect(spans).toEqual([]);
    await started.request('echo', '', { traceparent: formatTraceparent(PARENT) });
    expect(spanTree(spans)).toEqual(['serve sample.echo']);
  });

  test('tells a declared failure and a caller’s fault from what is this service’s own', async () => {
    const { started, spans, clock } = traced();
    await started.echo({ text: 'no' });
    await started.request('echo', '{"txt":"typo"}');
    const late = started.deaf({}).catch(() => undefined);
    await clock.advance(60_000);
    await late;
    expect(spanTree(spans.filter(({ kind }) => kind === 'server'))).toEqual([
      'serve sample.echo ?forbidden_word',
      'serve sample.echo ?bad_request',
      'serve sample.deaf !deadline_exceeded',
    ]);
  });

  test('that was refused before it was read belongs to the trace of its caller', async () => {
    const { started, spans } = traced();
    await started.request('echo', '', { traceparent: formatTraceparent(PARENT), 'Sc-Deadline-Ms': 'soon' });
    expect(spanTree(spans)).toEqual(['serve sample.echo ?bad_request']);
    expect(spans[0]).toMatchObject({ parentId: PARENT.spanId });
  });

  test('that was shed, and that its callers tried again', async () => {
    const brownout = { level: 3, recovering: false } as const;
    expect(sheds(brownout, { criticality: 'important', id: '' })).toBe(true);
    const retry = { max: 2, backoff: { baseMs: 50, capMs: 2_000 } };
    const { started, spans, clock } = traced({ brownout, retry });
    const refused = started.echo({}, { deadlineMs: 60_000 }).catch(() => undefined);
    await clock.advance(60_000);
    await refused;
    expect(spanTree(spans)).toEqual([
      'call sample.echo !overloaded <retry wait, retry stop attempts_spent>',
      '  attempt !overloaded',
      '    serve sample.echo !overloaded',
      '  attempt !overloaded <retry wait>',
      '    serve sample.echo !overloaded',
    ]);
  });

  test('that its caller no longer wants was cancelled, which is nobody’s failure', async () => {
    const { started, spans, clock } = traced();
    const leaving = new AbortController();
    const left = started.slow({}, { signal: leaving.signal }).catch(() => undefined);
    await clock.advance(10);
    leaving.abort();
    await clock.advance(200);
    await left;
    expect(spanTree(spans)).toEqual([
      'call sample.slow ?cancelled',
      '  attempt ?cancelled',
      '    serve sample.slow ?cancelled',
    ]);
  });
});

describe('other ways of asking', () => {
  function tell() {
    const clock = new VirtualClock();
    const spans: EndedSpan[] = [];
    const { implementation } = tellerService(clock);
    const started = startService(implementation, {
      clock,
      traces: { ratio: 1, take: (span) => void spans.push(span) },
    });
    return { clock, spans, started };
  }

  test('a stream is one call, and its attempt lasts to the first item', async () => {
    const { clock, spans, started } = tell();
    const stream = started.count.stream({ to: 3, every_ms: 100 });
    const read = (async () => {
      let items = 0;
      for await (const _item of stream) items += 1;
      return items;
    })();
    await clock.advance(1_000);
    expect(await read).toBe(3);
    await stream.reply;
    expect(spanTree(spans)).toEqual(['call teller.count', '  attempt', '    serve teller.count']);
    const lasted = spans.map(({ name, startedWallMs, endedWallMs }) => [name, endedWallMs - startedWallMs]);
    expect(Object.fromEntries(lasted)).toEqual({ 'call teller.count': 300, attempt: 100, 'serve teller.count': 300 });
  });

  test('a message nobody waits for is served in a trace of its own', async () => {
    const { clock, spans, started } = tell();
    started.mesh.transport.publish('test.svc.teller.note', new TextEncoder().encode('{"word":"a"}'));
    await clock.advance(0);
    expect(spanTree(spans)).toEqual(['serve teller.note']);
    expect(teller.endpoints.note.oneway).toBe(true);
  });
});

test('a chain of three services is one trace, each part of the one before', async () => {
  const { spans, first, clock } = chainOfThree(() => Promise.resolve({}));
  await first.go({ note: 'x' });
  await clock.advance(10);
  expect(spanTree(spans)).toEqual([
    'call a.go',
    '  attempt',
    '    serve a.go',
    '      call b.go',
    '        attempt',
    '          serve b.go',
    '            call c.go',
    '              attempt',
    '                serve c.go',
  ]);
  expect(new Set(spans.map(({ trace }) => trace.traceId)).size).toBe(1);
});

test('mesh.A25: a canary in a sensitive field is in no span, however its request ends', async () => {
  const canary = 'canary-91c2';
  const ends: Next[] = [
    () => Promise.resolve({}),
    () => Promise.reject(new RangeError(`cannot keep "${canary}"`)),
    () => Promise.reject(new MeshError('internal', { target: 'c.go', message: canary, details: { reason: canary } })),
    async () => fail('full', { note: canary }),
    async () => ({ ok: 7, note: canary }),
  ];
  const all: EndedSpan[] = [];
  for (const end of ends) {
    const { first, spans, clock } = chainOfThree(end);
    const ended = first.go({ note: canary }).catch(() => undefined);
    await clock.advance(10_000);
    await ended;
    await first.request('go', JSON.stringify({ note: canary.repeat(30) }));
    await first.request('go', JSON.stringify({ [canary]: 1 }), { 'Sc-Criticality': canary });
    all.push(...spans);
  }
  expect(all.length).toBeGreaterThan(40);
  expect(JSON.stringify(all)).not.toContain('canary');
});

type Next = (call: Call) => Promise<unknown>;

const hop = (name: string) =>
  service(name, {
    doc: 'Hands a note on.',
    version: '1.0.0',
    endpoints: {
      go: endpoint({
        doc: 'To the next.',
        input: z.strictObject({ note: sensitive(z.string().max(100)) }),
        output: z.object({}),
        failures: { full: z.object({ note: sensitive(z.string()) }) },
      }),
    },
  });

/** Services `a`, `b` and `c` on one bus that call each other in turn; the last ends as it is told. */
function chainOfThree(last: Next) {
  const clock = new VirtualClock();
  const random = new SeededRandom(8);
  const bus = new MemoryBus({ clock, random });
  const spans: EndedSpan[] = [];
  const traces = { ratio: 1, take: (span: EndedSpan) => void spans.push(span) };
  const start = (name: string, next: Next) => {
    const contract = hop(name);
    const go = async (_input: unknown, call: Call) => {
      const answer = await next(call);
      return isFailure(answer) ? answer : ok(Object(answer));
    };
    return startService(implement(contract, { go }), { clock, random, bus, traces });
  };
  const from = (name: string, to: string): Next => {
    const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: name });
    mesh.tracing.start(traces);
    return (call) =>
      mesh
        .client(hop(to))
        .go({ note: 'on' }, call)
        .then(({ ok }) => ({ ok }));
  };
  start('c', last);
  start('b', from('b', 'c'));
  return { first: start('a', from('a', 'b')), spans, clock };
}

type Full = ReturnType<typeof fail<'full', { note: string }>>;
const isFailure = (answer: unknown): answer is Full =>
  typeof answer === 'object' && answer !== null && 'failure' in answer;
