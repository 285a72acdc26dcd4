import { expect, test } from 'vitest';
import { bed, replica, start } from './testing/started-state.ts';

const HOUR_MS = 3_600_000;

test('misses are counted by key, store and scope, and hits are not', async () => {
  const service = await start();
  await service.set_item({ key: 'there', value: 1 });
  await service.set_item({ key: 'denied', negative: true });
  for (let i = 0; i < 3; i++) await service.get_item({ key: 'gone' });
  await service.get_item({ key: 'gone', scope: 'agent:a1' });
  await service.get_item({ store: 'shared_cache', key: 'gone', claim: true });
  await service.get_item({ store: 'shared_cache', key: 'gone', claim: true });
  for (const key of ['there', 'denied']) await service.get_item({ key });
  await service.get_item({ key: 'made', if_absent: 1 });
  await service.get_item({ key: 'made' });
  const reply = await service.get_top_misses({});
  expect(reply).toMatchObject({
    ok: true,
    value: {
      misses: [
        { store: 'mw', scope: 'global', key: 'gone', count: 3, max_error: 0 },
        { store: 'shared_cache', scope: 'global', key: 'gone', count: 2, max_error: 0 },
        { store: 'mw', scope: 'agent:a1', key: 'gone', count: 1, max_error: 0 },
        { store: 'mw', scope: 'global', key: 'made', count: 1, max_error: 0 },
      ],
      total: 7,
      replicas: 1,
      window: { from: '2026-11-21T23:00:00.000Z', to: '2026-11-22T00:00:00.000Z' },
    },
  });
  expect(await service.get_top_misses({ store: 'shared_cache' })).toMatchObject({ value: { total: 2 } });
});

test('what replicas count is added up, at the latest 10 s later', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  for (let i = 0; i < 3; i++) await one.get_item({ key: 'a b c' });
  await two.get_item({ key: 'a b c' });
  expect(await two.get_top_misses({})).toMatchObject({ value: { total: 1, replicas: 1 } });
  await on.clock.advance(10_000);
  for (const service of [one, two])
    expect(await service.get_top_misses({})).toMatchObject({
      value: { misses: [{ key: 'a b c', count: 4, max_error: 0 }], total: 4, replicas: 2 },
    });
});

test('counts outlive their replica, and an hour, but not 25 of them', async () => {
  const on = bed();
  const one = await replica(on, 10);
  await on.clock.advance(HOUR_MS - 5000);
  await one.get_item({ key: 'k' });
  const drained = one.running.drain?.(1000);
  await on.clock.through(Promise.resolve(drained));
  await on.clock.advance(HOUR_MS / 2);
  const two = await replica(on, 20);
  expect(await two.get_top_misses({})).toMatchObject({ value: { total: 1, misses: [{ key: 'k', count: 1 }] } });
  await on.clock.advance(HOUR_MS);
  expect(await two.get_top_misses({})).toMatchObject({ value: { total: 0, misses: [] } });
  expect(await two.get_top_misses({ window_s: 86_400 })).toMatchObject({ value: { total: 1 } });
  await on.clock.advance(25 * HOUR_MS);
  expect(await two.get_top_misses({ window_s: 86_400 })).toMatchObject({ value: { total: 0 } });
});

test('what is reported by hand is counted and read as a number', async () => {
  const service = await start();
  const tracked = { store: 'miss_tracker', key: 'tile 7' } as const;
  expect(await service.get_item(tracked)).toMatchObject({ value: { found: false } });
  await service.set_item({ ...tracked, value: { incr: 5 } });
  await service.set_item({ ...tracked, value: { incr: 2 } });
  expect(await service.get_item(tracked)).toMatchObject({ value: { found: true, value: { count: 7, max_error: 0 } } });
});

test('while nothing can be written, what was counted is kept and written later', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  await one.get_item({ key: 'k' });
  one.store.broker.disconnect();
  await on.clock.advance(60_000);
  one.store.broker.reconnect();
  await on.clock.advance(20_000);
  expect(await two.get_top_misses({})).toMatchObject({ value: { total: 1 } });
});
