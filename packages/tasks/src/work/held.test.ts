import { expect, test } from 'vitest';
import type { Tasks } from '../tasks.ts';
import { benchWith } from '../testing/index.ts';
import type { RouteDecision, RoutedTask } from '../worker.ts';

const MINUTE = 60_000;

/** A worker of `general`, and a router of `front` that decides as told. */
async function benchWithRouter(decide: (task: RoutedTask) => RouteDecision, longestHoldMs?: number) {
  const bench = await benchWith({ count: async () => ({ ok: true, value: 1 }) });
  const limit = longestHoldMs === undefined ? {} : { longestHoldMs };
  const router = bench.client.tasks.router('front', { decide: async (task) => decide(task), ...limit });
  await bench.all.passing(router.ready);
  await bench.all.passing(bench.tasks.submit({ id: 'a', type: 'count' }, { queue: 'front' }));
  return bench;
}

const stateOf = async (tasks: Tasks) => (await tasks.get('a'))?.state;

test('a task that is held back holds no slot, says why, and is looked at again', async () => {
  const looks: (number | undefined)[] = [];
  const { all, tasks } = await benchWithRouter(({ held }) => {
    looks.push(held?.looks);
    return looks.length < 3 ? { holdMs: 2 * MINUTE, why: 'nobody is there' } : { to: 'general', route: 'late' };
  });
  await all.clock.advance(MINUTE);
  const view = await all.passing(tasks.get('a'));
  expect(view).toMatchObject({ state: 'held', queue: 'front', held: { looks: 1, why: 'nobody is there' } });
  const result = await all.passing(tasks.wait('a', { timeoutMs: 10 * MINUTE }));
  expect(result).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(looks).toEqual([undefined, 1, 2]);
  expect(Date.parse(result?.started_at ?? '') - Date.parse(result?.created_at ?? '')).toBeGreaterThanOrEqual(
    4 * MINUTE,
  );
  expect((await all.passing(tasks.get('a')))?.held).toBeUndefined();
});

test('held back for too long it is a dead letter that says why', async () => {
  const { all, tasks } = await benchWithRouter(() => ({ holdMs: 2 * MINUTE, why: 'nobody is there' }), 5 * MINUTE);
  const result = await all.passing(tasks.wait('a', { timeoutMs: 10 * MINUTE }));
  expect(result).toMatchObject({
    state: 'failed',
    error: { code: 'held_too_long', message: expect.stringContaining('nobody is there') },
  });
  const { items } = await all.passing(tasks.deadLetters({ limit: 10 }));
  expect(items).toMatchObject([{ id: 'a', reason: 'held_too_long' }]);
});

test('a task that is held back can be cancelled, and expires at its deadline', async () => {
  const { all, tasks } = await benchWithRouter(() => ({ holdMs: 10 * MINUTE, why: 'not now' }));
  await all.clock.advance(1000);
  expect(await all.passing(stateOf(tasks))).toBe('held');
  expect(await all.passing(tasks.cancel('a', { reason: 'enough' }))).toMatchObject({
    value: { state: 'cancelled', stopped_by: 'nobody' },
  });
  const deadline_at = new Date(all.clock.wallMs() + MINUTE).toISOString();
  await all.passing(tasks.submit({ id: 'b', type: 'count', deadline_at }, { queue: 'front' }));
  expect(await all.passing(tasks.wait('b', { timeoutMs: 5 * MINUTE }))).toMatchObject({ state: 'expired' });
});

test('the shortest hold is a second: a router that cannot decide does not spin', async () => {
  let looks = 0;
  const { all } = await benchWithRouter(() => {
    looks++;
    return { holdMs: 0, why: 'again' };
  });
  await all.clock.advance(10_000);
  expect(looks).toBeGreaterThan(2);
  expect(looks).toBeLessThanOrEqual(11);
});
