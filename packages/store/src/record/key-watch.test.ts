import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import type { KeyChange } from '../bucket.ts';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';

const EPOCH_MS = Date.UTC(2026, 10, 22);
const spec = { name: 'things', schema: z.strictObject({ n: z.int() }), version: 1, ttlMs: () => 60_000 };

async function watched() {
  const clock = new VirtualClock({ epochMs: EPOCH_MS });
  const server = new MemoryJetStream(clock);
  const store = memoryStore({ clock, random: new SeededRandom(1), server });
  const other = memoryStore({ clock, random: new SeededRandom(2), server }).bucket(spec);
  await store.provision([bucketAsset('things', 'Things.', { expiringKeys: true })]);
  await other.createOnce('w.old', { n: 0 });
  const told: KeyChange[] = [];
  const watch = store.bucket(spec).watchKeys('w.', (change) => told.push(change));
  await clock.advance(1);
  return { clock, store, other, told, watch };
}

test('keys are told with their revision and their end, those that were there first', async () => {
  const { clock, other, told, watch } = await watched();
  await other.createOnce('w.new', { n: 1 }, { ttlMs: 1500 });
  await other.createOnce('v.elsewhere', { n: 1 });
  await other.update('w.old', () => 'remove' as const);
  await clock.advance(3000);
  expect(told).toEqual([
    { key: 'w.old', rev: 1, isThere: true, untilMs: EPOCH_MS + 60_000 },
    { key: 'w.new', rev: 2, isThere: true, untilMs: EPOCH_MS + 1 + 2000 },
    { key: 'w.old', rev: 4, isThere: false },
    { key: 'w.new', rev: 5, isThere: false },
  ]);
  expect(watch.isCurrent()).toBe(true);
  watch.stop();
});

test('what came and went while nothing was heard is told when it is heard again', async () => {
  const { clock, store, other, told, watch } = await watched();
  store.broker.disconnect();
  await other.update('w.old', () => 'remove' as const);
  await other.createOnce('w.new', { n: 1 });
  await clock.advance(7000);
  expect(watch.isCurrent()).toBe(true); // nobody can know yet
  await clock.advance(1000);
  expect(watch.isCurrent()).toBe(false);
  store.broker.reconnect();
  await clock.advance(1);
  expect(watch.isCurrent()).toBe(true);
  expect(told.slice(1)).toEqual([
    expect.objectContaining({ key: 'w.new', rev: 3, isThere: true }),
    { key: 'w.old', rev: 2, isThere: false },
  ]);
});

test('a key whose marker is gone as well is told as gone', async () => {
  const { clock, store, other, told } = await watched();
  await other.createOnce('w.short', { n: 1 }, { ttlMs: 1000 });
  await clock.advance(1);
  store.broker.disconnect();
  await clock.advance(10_000);
  store.broker.reconnect();
  await clock.advance(1);
  expect(told.at(-1)).toEqual({ key: 'w.short', rev: 2, isThere: false });
});
