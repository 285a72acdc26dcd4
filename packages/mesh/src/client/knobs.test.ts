import { MeshError } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { CONFIG_BUCKET } from '../config/mesh-config.ts';
import { echoBed } from '../testing/echo-bed.ts';
import type { FakeHandler } from '../testing/fake-worker.ts';

const unavailable: FakeHandler = () => {
  throw new MeshError('unavailable', { target: 'echo.say' });
};
const silent: FakeHandler = () => undefined;

/** A caller of `echo.say`, and an operator. */
function bed(handler?: FakeHandler) {
  const one = echoBed(handler);
  const bucket = one.mesh.kv.bucket(CONFIG_BUCKET);
  const rejected: string[] = [];
  one.mesh.observe({ configRejected: (key, reason) => rejected.push(`${key}: ${reason}`) });
  const put = async (key: string, text: string) => {
    await bucket.put(key, new TextEncoder().encode(text));
    await one.clock.advance(0);
  };
  const remove = async (key: string) => {
    await bucket.delete(key);
    await one.clock.advance(0);
  };
  /** Calls, lets time pass until it ends, and tells how, after how long. */
  const say = async (options: { deadlineMs?: number } = {}) => {
    const began = one.clock.now();
    let endedMs: number | undefined;
    const ended = one.client.say({ word: 'a' }, options).then(
      () => 'ok',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'else'),
    );
    ended.then(() => {
      endedMs = one.clock.now() - began;
    });
    for (let i = 0; endedMs === undefined && i < 300; i++) await one.clock.advance(10);
    return { code: await ended, ms: endedMs ?? -1 };
  };
  const report = () => one.mesh.resources()[0];
  return { ...one, put, remove, say, report, rejected };
}

describe('an operator changes for the callers of a target', () => {
  test('how long a call may take that brings no time of its own, until the key is gone', async () => {
    const { say, put, remove } = bed(silent);
    await put('echo.say.attempts', '1');
    expect((await say()).ms).toBeGreaterThanOrEqual(1_000);
    await put('echo.say.deadline_ms', '200');
    expect((await say()).ms).toBeLessThan(250);
    expect((await say({ deadlineMs: 400 })).ms).toBeGreaterThanOrEqual(400);
    await remove('echo.say.deadline_ms');
    expect((await say()).ms).toBeGreaterThanOrEqual(1_000);
  });

  test('how often it is tried, the most specific key first', async () => {
    const { say, put, remove, seen } = bed(unavailable);
    const made = async () => {
      const before = seen.length;
      await say();
      return seen.length - before;
    };
    expect(await made()).toBe(3);
    await put('mesh.attempts', '1');
    await put('echo.say.attempts', '2');
    expect(await made()).toBe(2);
    await remove('echo.say.attempts');
    expect(await made()).toBe(1);
  });

  test('how many calls are on their way and how many wait', async () => {
    const { client, clock, put, remove, report } = bed(silent);
    await put('echo.bulkhead', '2');
    await put('echo.say.bulkhead_queue', '3');
    client.say({ word: 'first' }).catch(() => undefined);
    await clock.advance(0);
    for (const word of ['b', 'c']) client.say({ word }).catch(() => undefined);
    expect(report()).toMatchObject({ limit: 2, in_flight: 2, queued: 1 });
    await remove('echo.bulkhead');
    expect(report()).toMatchObject({ limit: 25, in_flight: 3, queued: 0 });
  });

  test('when its breaker opens, and for how long', async () => {
    const { say, put, report } = bed(() => {
      throw new Error('defect');
    });
    await put('echo.breaker_run', '2');
    await put('echo.breaker_open_ms', '1000');
    await put('echo.attempts', '1');
    await say();
    await say();
    expect(report()?.breaker).toMatchObject({ state: 'open', reason: 'run' });
    expect(report()?.breaker.open_ms).toBeLessThanOrEqual(1_200);
  });
});

test('mesh.A24: what cannot be used keeps the last good value, whatever knob it is', async () => {
  const { client, clock, put, rejected, report } = bed();
  await client.say({ word: 'first' });
  await put('echo.bulkhead', '3');
  const bad: Record<string, string> = {
    bulkhead: '0',
    bulkhead_queue: '-1',
    attempts: '11',
    deadline_ms: '1.5',
    hedge: 'true',
    throttle: 'maybe',
    breaker_run: '"5"',
    breaker_failed_share: '0',
    breaker_open_ms: '99',
    override: 'open',
  };
  for (const [name, text] of Object.entries(bad)) await put(`echo.${name}`, text);
  await clock.advance(0);
  expect(report()).toMatchObject({ limit: 3, breaker: { state: 'closed' } });
  expect(rejected).toEqual([
    'echo.bulkhead: must be a whole number, 1 to 10000',
    'echo.bulkhead_queue: must be a whole number, 0 to 10000',
    'echo.attempts: must be a whole number, 1 to 10',
    'echo.deadline_ms: must be a whole number, 1 to 600000',
    'echo.hedge: must be one of on, off',
    'echo.throttle: must be one of on, off',
    'echo.breaker_run: must be a whole number, 1 to 1000',
    'echo.breaker_failed_share: must be 0.01 to 1',
    'echo.breaker_open_ms: must be a whole number, 100 to 600000',
    'echo.override: must be one of isolate, hold',
  ]);
});
