import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { bucketAsset } from '@seedcore/store';
import { MemoryJetStream, memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { BucketItems } from '../adapters/bucket-items.ts';
import { put } from '../domain/item.ts';
import type { ItemName, ItemStore } from '../domain/item-key.ts';
import { ItemShelf } from './item-shelf.ts';
import { NearItems } from './near-items.ts';

const MOST_KEYS = 3;

async function bed(waiting: readonly string[] = []) {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1), server: new MemoryJetStream(clock) });
  await store.provision([bucketAsset('memory', 'Memory.', { expiringKeys: true })]);
  const near = new NearItems(clock, { entries: 100, bytes: 10_000 });
  const items = new BucketItems(store);
  const watch = items.watch((heard) => near.hear(heard));
  const singletons = { waitingFor: () => waiting };
  const shelf = new ItemShelf({
    ...{ clock, items, near, singletons, mostKeys: MOST_KEYS },
    isCurrent: () => watch.isCurrent(),
  });
  await clock.advance(0);
  const named = (kind: ItemStore, key: string): ItemName => ({ store: kind, scope: 'global', key });
  const set = async (kind: ItemStore, key: string, ttlMs = 60_000) => {
    const item = { kind: 'value', key, value: key, untilMs: clock.wallMs() + ttlMs } as const;
    const changed = await shelf.change(named(kind, key), (now) => put(now, { item }));
    await clock.advance(0);
    return changed.kind;
  };
  const has = async (kind: ItemStore, key: string) => {
    const seen = await shelf.look(named(kind, key), Number.POSITIVE_INFINITY);
    return 'item' in seen && seen.item !== undefined;
  };
  return { clock, shelf, near, set, has };
}

test('a full working memory takes no new keys, and goes on writing those it has', async () => {
  const { clock, shelf, near, set, has } = await bed();
  for (const key of ['a', 'b', 'c']) expect(await set('mw', key)).toBe('done');
  expect(await set('mw', 'd')).toBe('full');
  expect(await set('mw', 'a')).toBe('done');
  expect(await has('mw', 'd')).toBe(false);
  expect(await set('shared_cache', 'd')).toBe('done'); // each store has its own number
  await shelf.remove({ store: 'mw', scope: 'global', key: 'b' }, () => ({ kind: 'remove' }));
  await clock.advance(0);
  expect(await set('mw', 'd')).toBe('done');
  await clock.advance(60_001);
  expect(await set('mw', 'e')).toBe('done'); // the others are over, whether the broker has said so or not
  expect(near.table.sizeOf('mw')).toBeLessThanOrEqual(MOST_KEYS);
});

test('a full shared cache gives up what expires soonest, and counts it', async () => {
  const { shelf, set, has } = await bed();
  await set('shared_cache', 'long', 50_000);
  await set('shared_cache', 'soon', 20_000);
  await set('shared_cache', 'later', 30_000);
  await set('shared_cache', 'soon', 40_000); // refreshed
  expect(await set('shared_cache', 'new', 10_000)).toBe('done');
  expect(shelf.counts.dropped).toBe(1);
  expect(await has('shared_cache', 'later')).toBe(false);
  for (const key of ['long', 'soon', 'new']) expect(await has('shared_cache', key)).toBe(true);
  await set('shared_cache', 'newer');
  expect(await has('shared_cache', 'new')).toBe(false);
  expect(shelf.counts.dropped).toBe(2);
});

test('a store whose record nobody has read answers nothing (state.A3)', async () => {
  const { set, has } = await bed(['meta.mw']);
  await expect(has('mw', 'k')).rejects.toMatchObject({ code: 'unavailable', message: 'waiting_for: meta.mw' });
  await expect(set('mw', 'k')).rejects.toMatchObject({ code: 'unavailable' });
  expect(await set('shared_cache', 'k')).toBe('done');
});
