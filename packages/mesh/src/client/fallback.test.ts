import { isRecord, MeshError } from '@seedcore/protocol';
import type { Decision } from '@seedcore/resilience';
import { describe, expect, test } from 'vitest';
import { echoBed, failureOf } from '../testing/echo-bed.ts';
import { echo } from '../testing/echo-contract.ts';
import type { FakeHandler } from '../testing/fake-worker.ts';
import type { Fallbacks } from './fallbacks.ts';
import { CUSTOM_FALLBACK_MS } from './with-fallback.ts';

/** A worker that answers while it is told to, and what is observed of its caller. */
function failing() {
  const worker = { ok: true, silent: false };
  const handler: FakeHandler = ({ input }) => {
    if (worker.silent) return undefined;
    if (!worker.ok) throw new MeshError('internal', { target: 'echo.say' });
    return { body: { word: isRecord(input) ? input['word'] : undefined } };
  };
  const bed = echoBed(handler);
  const decisions: Decision[] = [];
  const defects: unknown[] = [];
  const outcomes: string[] = [];
  bed.mesh.observe({
    decision: (_target, decision) => decision.layer === 'fallback' && decisions.push(decision),
    defect: (where, error) => defects.push([where, error]),
    call: ({ outcome }) => outcomes.push(outcome),
  });
  const settled = async <T>(call: Promise<T>): Promise<T> => {
    const done = call.catch(() => undefined);
    await bed.clock.advance(500);
    await done;
    return call;
  };
  return { ...bed, worker, decisions, defects, outcomes, settled };
}

const chain: Fallbacks<typeof echo> = {
  say: { custom: ({ code }, { word }) => ({ word: `${word} ${code}` }), default: () => ({ word: 'default' }) },
};

describe('a client with a fallback', () => {
  test('mesh.S28: has its own value for a failure, marked with the code and counted', async () => {
    const { mesh, worker, decisions, outcomes, settled } = failing();
    worker.ok = false;
    const client = mesh.client(echo, { fallback: chain });
    expect(await settled(client.say({ word: 'a' }))).toEqual({
      ok: true,
      value: { word: 'a internal' },
      degraded: { reason: 'internal', source: 'custom' },
    });
    expect(decisions).toEqual([{ layer: 'fallback', decision: 'custom', code: 'internal' }]);
    expect(outcomes).toEqual(['internal']);
  });

  test('mesh.G20: timeout, custom throws, the last good value is 1200 ms old', async () => {
    const { mesh, clock, worker, defects } = failing();
    const broken = new TypeError('broken');
    const custom = () => Promise.reject(broken);
    const client = mesh.client(echo, { fallback: { say: { custom, lastGood: true } }, retry: ONCE });
    expect(await client.say({ word: 'a' })).toEqual({ ok: true, value: { word: 'a' } });
    worker.silent = true;
    await clock.advance(200);
    const [a, b] = [client.say({ word: 'a' }), failureOf(client.say({ word: 'b' }))];
    await clock.advance(1_000);
    expect(await a).toEqual({
      ok: true,
      value: { word: 'a' },
      degraded: { reason: 'timeout', source: 'cache', age_ms: 1_200 },
    });
    expect(await b).toMatchObject({ code: 'timeout' });
    expect(defects).toEqual([1, 2].map(() => ['echo.say fallback', broken]));
  });

  test('waits a second for its own function, says so, and goes on to the next', async () => {
    const { mesh, clock, worker, defects } = failing();
    worker.ok = false;
    const custom = () => new Promise<never>(() => {});
    const fallback = { say: { custom, default: () => ({ word: 'default' }) } };
    const call = mesh.client(echo, { fallback, retry: ONCE }).say({ word: 'a' });
    await clock.advance(CUSTOM_FALLBACK_MS);
    expect(await call).toMatchObject({ value: { word: 'default' }, degraded: { source: 'default' } });
    expect(defects).toMatchObject([['echo.say fallback', { message: 'echo.say: its fallback takes too long' }]]);
  });

  test('hides no fault of its caller, and no declared failure', async () => {
    const { client, mesh, decisions } = failing();
    const fallen = mesh.client(echo, { fallback: chain });
    expect(await failureOf(fallen.say({ word: 'not a token' }))).toMatchObject({ code: 'bad_request' });
    const aborted = AbortSignal.abort(new MeshError('cancelled', { target: 'echo.say' }));
    expect(await failureOf(fallen.say({ word: 'a' }, { signal: aborted }))).toMatchObject({ code: 'cancelled' });
    expect(decisions).toEqual([]);
    expect(fallen).not.toBe(client);
  });

  test('has no other endpoint touched, and shares its targets with clients that have none', async () => {
    const { client, mesh, worker, settled } = failing();
    worker.ok = false;
    const fallen = mesh.client(echo, { fallback: chain });
    for (let i = 0; i < 5; i++) await settled(fallen.say({ word: 'a' }));
    expect(await failureOf(client.say({ word: 'a' }))).toMatchObject({ code: 'circuit_open' });
    expect(mesh.resources()).toMatchObject([{ target: 'echo.say', status: 'failed', success_rate: 0 }]);
    expect(await settled(failureOf(fallen.guess({ word: 'a' })))).toMatchObject({ code: 'no_responder' });
  });

  test('mesh.S28: takes nothing that was degraded already for a good value', async () => {
    const degraded = { reason: 'busy', source: 'default' };
    let answers = true;
    const { mesh, clock } = echoBed(({ input }) => {
      if (!answers) throw new MeshError('bad_reply', { target: 'echo.guess' });
      return { body: { ...(isRecord(input) ? input : {}), degraded } };
    }, 'guess');
    const client = mesh.client(echo, { fallback: { guess: { lastGood: true } } });
    expect(await client.guess({ word: 'a' })).toMatchObject({ degraded });
    answers = false;
    const failed = failureOf(client.guess({ word: 'a' }));
    await clock.advance(5_000);
    expect(await failed).toMatchObject({ code: 'bad_reply' });
  });

  test('mesh.A25: has its record tell what stood in, and how it came to that', async () => {
    const { mesh, clock, worker } = failing();
    const client = mesh.client(echo, { fallback: { say: { lastGood: true } }, retry: ONCE });
    await client.say({ word: 'a' });
    worker.silent = true;
    const fallen = client.say({ word: 'a' });
    await clock.advance(1_010);
    expect(await fallen).toMatchObject({ degraded: { source: 'cache' } });
    expect(mesh.records.recent()).toMatchObject([
      {
        outcome: 'degraded',
        steps: [
          { layer: 'attempt', decision: 'failed', detail: { code: 'timeout' } },
          { layer: 'retry', decision: 'stop', detail: { code: 'timeout', reason: 'attempts_spent' } },
          { layer: 'fallback', decision: 'cache', detail: { code: 'timeout', age_ms: expect.any(Number) } },
        ],
      },
    ]);
  });

  test('is recorded once as it failed, where nothing stands in', async () => {
    const { mesh, worker, settled } = failing();
    worker.ok = false;
    const client = mesh.client(echo, { fallback: { say: { lastGood: true } } });
    expect(await settled(failureOf(client.say({ word: 'a' })))).toMatchObject({ code: 'internal' });
    expect(await failureOf(client.say({ word: 'no token' }))).toMatchObject({ code: 'bad_request' });
    expect(mesh.records.recent().map(({ outcome }) => outcome)).toEqual(['internal', 'bad_request']);
  });

  test('of a shared call each has his own, the request they shared one that failed', async () => {
    const { mesh, clock } = echoBed(() => undefined, 'look');
    const client = mesh.client(echo, { fallback: { look: { default: () => ({ word: 'default' }) } }, retry: ONCE });
    const calls = [client.look({ word: 'a' }), client.look({ word: 'a' })];
    await clock.advance(1_010);
    expect(await Promise.all(calls)).toMatchObject([{ value: { word: 'default' } }, { value: { word: 'default' } }]);
    const outcomes = mesh.records.recent().map(({ outcome, steps }) => `${outcome} ${steps.at(-1)?.layer}`);
    expect(outcomes.toSorted()).toEqual(['degraded fallback', 'degraded fallback', 'timeout retry']);
  });

  test('is the same one for the same object of fallbacks, and another one for another', () => {
    const { mesh, client } = failing();
    expect(mesh.client(echo, { fallback: chain })).toBe(mesh.client(echo, { fallback: chain }));
    expect(mesh.client(echo, { fallback: chain })).not.toBe(mesh.client(echo, { fallback: { ...chain } }));
    expect(mesh.client(echo)).toBe(client);
  });
});

const ONCE = { max: 1, backoff: { baseMs: 1, capMs: 1 } };
