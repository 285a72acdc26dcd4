import { failureBody, headerNames, MeshError, OpenCall } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import { errorReply, type FakeHandler, fakeWorker, repeat } from '../testing/fake-worker.ts';

describe('an answer', () => {
  test('is the value the callee sent', async () => {
    const { client } = echoBed();
    expect(await client.say({ word: 'hello' })).toEqual({ ok: true, value: { word: 'hello' } });
  });

  test('is a declared failure as a value', async () => {
    const { client } = echoBed(() => errorReply(failureBody('rude', 409, { word: 'no' })));
    expect(await client.say({ word: 'no' })).toEqual({ ok: false, failure: { code: 'rude', details: { word: 'no' } } });
  });

  test('carries its mark beside the value where the endpoint may degrade', async () => {
    const degraded = { reason: 'timeout', source: 'default' };
    const { client } = echoBed(() => ({ body: { word: 'ok', degraded } }), 'guess');
    expect(await client.guess({ word: 'ok' })).toEqual({ ok: true, value: { word: 'ok' }, degraded });
  });

  test.each([
    ['that lacks a field', { body: {} }],
    ['that is no JSON', { body: new Uint8Array([0x7b]) }],
    ['in a codec nobody knows', { body: { word: 'a' }, headers: [['Content-Type', 'text/html']] as const }],
    ['with a failure the contract does not declare', errorReply(failureBody('bored', 422, {}))],
    ['with details that do not fit', errorReply(failureBody('rude', 409, { word: 7 }))],
  ])('%s is a bad_reply', async (_name, reply) => {
    const { client } = echoBed(() => reply);
    expect(await failureOf(client.say({ word: 'a' }))).toMatchObject({
      code: 'bad_reply',
      target: 'echo.say',
      attempt: 1,
    });
  });

  test.each([
    ['knows only status headers', '400', '', 'bad_request'],
    ['adds what went wrong as text', '500', 'Traceback (most recent call last)', 'internal'],
    ['adds JSON of its own', '500', '{"message":"out of ideas"}', 'internal'],
  ])('of a worker that %s is understood', async (_who, status, body, code) => {
    const reply = { body: new TextEncoder().encode(body), headers: [['Nats-Service-Error-Code', status]] as const };
    const { client } = echoBed(() => reply, 'say_once');
    expect((await failureOf(client.sayOnce({ word: 'a' }))).code).toBe(code);
  });
});

describe('a request', () => {
  test('that does not fit the contract is refused before it is sent', async () => {
    const { client, seen } = echoBed();
    const error = await failureOf(client.say({ word: 'a.b' }));
    expect(error).toMatchObject({ code: 'bad_request', sent: false, details: { field: '/word' } });
    expect(seen).toHaveLength(0);
  });

  test('that is larger than the endpoint takes is refused naming both sizes', async () => {
    const { client } = echoBed();
    const error = await failureOf(client.brief({ word: 'much-too-long-a-word' }));
    expect(error).toMatchObject({ code: 'bad_request', sent: false, details: { limit: 24, bytes: 31 } });
  });

  test('says who asks, for how long, and which contract is meant', async () => {
    const { client, headers } = echoBed();
    await client.say({ word: 'a' }, { idempotencyKey: 'k1' });
    expect(headers()).toMatchObject({ deadlineMs: 998, chain: ['asker'], attempt: 1, idempotencyKey: 'k1' });
    expect(headers().contract).toMatch(/^[0-9a-f]{16}$/);
    expect(headers().sentMs).toBe(Date.UTC(2026, 10, 22));
    expect(headers().criticality).toBeUndefined();
  });

  test('on behalf of a call inherits what is left of its time, its chain, trace and criticality', async () => {
    const { client, clock, random, headers } = echoBed();
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true };
    const seed = {
      id: '01jd0000000000000000000000',
      target: 'x',
      deadlineAt: 400,
      trace,
      chain: ['first'],
      attempt: 1,
    };
    const call = new OpenCall({ ...seed, criticality: 'critical' }, { clock, random });
    await client.say({ word: 'a' }, call);
    // 400 less a reserve of 8 is 392; less the 2 ms the way takes is 390.
    expect(headers()).toMatchObject({ deadlineMs: 390, chain: ['first', 'asker'], criticality: 'critical' });
    expect(headers().trace).toMatchObject({ traceId: trace.traceId, sampled: true });
    expect(headers().trace?.spanId).not.toBe(trace.spanId);
    expect(headers().call).not.toBe(call.id);
  });

  test('without a parent joins the trace it is given, as work that came by a queue', async () => {
    const { client, headers } = echoBed();
    const trace = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), sampled: true };
    await client.say({ word: 'a' }, { trace });
    expect(headers().trace).toMatchObject({ traceId: trace.traceId, sampled: true });
    expect(headers().trace?.spanId).not.toBe(trace.spanId);
  });

  test('of a ninth hop is refused here, with the chain', async () => {
    const { client, clock, random } = echoBed();
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    const seed = { id: '01jd0000000000000000000000', target: 'x', deadlineAt: 400, trace, attempt: 1 };
    const chain = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const call = new OpenCall({ ...seed, chain, criticality: 'important' }, { clock, random });
    const error = await failureOf(client.say({ word: 'a' }, call));
    expect(error).toMatchObject({ code: 'cycle_refused', sent: false, details: { chain: [...chain, 'asker'] } });
  });

  test('pinned to an instance goes to its own subject', async () => {
    const { client, worker, mesh } = echoBed();
    fakeWorker(worker, mesh.subjects.instance('echo', 'e1', 'say'), () => ({ body: { word: 'from-e1' } }));
    const pinned = { ok: true, value: { word: 'from-e1' } };
    expect(await client.say({ word: 'a' }, { instance: 'e1' })).toEqual(pinned);
    expect(await mesh.client(echo, { instance: 'e1' }).say({ word: 'a' })).toEqual(pinned);
  });
});

describe('attempts', () => {
  const failingFirst = (code: 'overloaded' | 'timeout' | 'unavailable'): FakeHandler => {
    let asked = 0;
    return (request) => {
      asked += 1;
      if (asked === 1) throw new MeshError(code, { target: 'echo.say' });
      return repeat(request);
    };
  };

  test('what was not run is repeated, and says which attempt it is', async () => {
    const { client, clock, headers } = echoBed(failingFirst('overloaded'), 'say_once');
    const reply = client.sayOnce({ word: 'a' });
    await clock.advance(100);
    expect(await reply).toMatchObject({ ok: true });
    expect([headers(0).attempt, headers(1).attempt]).toEqual([1, 2]);
    expect(headers(0).call).toBe(headers(1).call);
  });

  test('what may have run is repeated when idempotent', async () => {
    const { client, clock, seen } = echoBed(failingFirst('timeout'));
    const reply = client.say({ word: 'a' });
    await clock.advance(100);
    expect(await reply).toMatchObject({ ok: true });
    expect(seen).toHaveLength(2);
  });

  test('what may have run is not repeated when not idempotent', async () => {
    const { client, seen } = echoBed(failingFirst('timeout'), 'say_once');
    expect((await failureOf(client.sayOnce({ word: 'a' }))).code).toBe('timeout');
    expect(seen).toHaveLength(1);
  });

  test('made inside a retry are not repeated, and say so to whoever comes next', async () => {
    const { client, clock, random, seen, headers } = echoBed(failingFirst('unavailable'));
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    const seed = { id: '01jd0000000000000000000000', target: 'x', deadlineAt: 400, trace, chain: [], attempt: 2 };
    const call = new OpenCall({ ...seed, criticality: 'important' }, { clock, random });
    expect((await failureOf(client.say({ word: 'a' }, call))).code).toBe('unavailable');
    expect(seen).toHaveLength(1);
    expect(headers().attempt).toBe(2);
  });

  test('without anybody to run them end with no_responder', async () => {
    const { clock, mesh } = echoBed();
    const error = failureOf(mesh.client(echo).guess({ word: 'a' }));
    await clock.advance(1_000);
    expect(await error).toMatchObject({ code: 'no_responder', started: false, attempt: 3 });
  });

  test('without a reply end with timeout at the deadline', async () => {
    const { client, clock } = echoBed(() => undefined);
    const error = failureOf(client.say({ word: 'a' }));
    await clock.advance(999);
    await clock.advance(1);
    expect(await error).toMatchObject({ code: 'timeout', sent: true, attempt: 1, target: 'echo.say' });
  });
});

describe('a caller that gives up', () => {
  test('is told at once, and whoever runs the call is told to stop', async () => {
    const { client, worker, mesh, headers, clock } = echoBed(() => undefined);
    const cancelled: string[] = [];
    worker.subscribe(mesh.subjects.cancelAll(), ({ subject, headers: given }) => {
      cancelled.push(subject, given.get(headerNames.call) ?? '');
    });
    const stop = new AbortController();
    const error = failureOf(client.say({ word: 'a' }, { signal: stop.signal }));
    await clock.advance(1);
    stop.abort(new Error('enough'));
    expect(await error).toMatchObject({ code: 'cancelled', sent: true });
    await clock.advance(0);
    const { call } = headers();
    expect(cancelled).toEqual([`seedcore-test.cancel.${call}`, call]);
  });

  test('before it began sends nothing', async () => {
    const { client, seen } = echoBed();
    expect(await failureOf(client.say({ word: 'a' }, { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'cancelled',
      sent: false,
    });
    expect(seen).toHaveLength(0);
  });

  test('ends with the reason of the call it was made for', async () => {
    const { client, clock, random } = echoBed(() => undefined);
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: false };
    const seed = { id: '01jd0000000000000000000000', target: 'x', deadlineAt: 400, trace, chain: [], attempt: 1 };
    const call = new OpenCall({ ...seed, criticality: 'important' }, { clock, random });
    const error = failureOf(client.say({ word: 'a' }, call));
    await clock.advance(1);
    call.abort(new MeshError('draining', { target: 'asker' }));
    expect((await error).code).toBe('draining');
  });
});

test('clients are made once per contract and options', () => {
  const { mesh, client } = echoBed();
  expect(mesh.client(echo)).toBe(client);
  expect(mesh.client(echo, { deadlineMs: 5 })).not.toBe(client);
});
