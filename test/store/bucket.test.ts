import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { bucketAsset, type Change, openStore } from '@seedcore/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const counter = { name: 'counters', schema: z.strictObject({ n: z.int() }), version: 1 };
const assets = [
  bucketAsset('counters', 'Numbers of this test.', { expiringKeys: true }),
  bucketAsset('ledger', 'Numbers with what they were.', { history: 64 }),
];

let server: RunningServer;
const open: Mesh[] = [];
beforeAll(async () => {
  server = await startBroker();
});
afterAll(async () => {
  await Promise.all(open.map((mesh) => mesh.close()));
  await server.stop();
});

async function store() {
  const mesh = await openMesh({ servers: server.url, ns: 'test' });
  open.push(mesh);
  const opened = openStore(mesh);
  await opened.provision(assets);
  return opened;
}

test('thirty writers over three connections count exactly', async () => {
  const stores = await Promise.all([store(), store(), store()]);
  const buckets = stores.map((one) => one.bucket(counter));
  const writers = Array.from({ length: 30 }, (_, i) => buckets[i % 3]);
  await Promise.all(writers.map((bucket) => bucket?.update('shared', (now) => ({ n: (now?.n ?? 0) + 1 }))));
  const read = await buckets[0]?.get('shared', { fresh: true });
  expect(read?.value).toEqual({ n: 30 });
});

test('the values a key has had can be read, as many as its bucket keeps', async () => {
  const ledger = (await store()).bucket({ ...counter, name: 'ledger' });
  for (let n = 1; n <= 70; n++) await ledger.update('k', () => ({ n }));
  const kept = await ledger.history('k');
  expect(kept.map(({ value }) => value.n)).toEqual(Array.from({ length: 64 }, (_, i) => i + 7));
});

test('of fifty racers one creates, and all get its value', async () => {
  const stores = await Promise.all([store(), store()]);
  const buckets = stores.map((one) => one.bucket(counter));
  const racers = Array.from({ length: 50 }, (_, n) => buckets[n % 2]?.createOnce('raced', { n }));
  const results = await Promise.all(racers);
  expect(results.filter((result) => result?.created)).toHaveLength(1);
  expect(new Set(results.map((result) => result?.value.n)).size).toBe(1);
});

test('a watch hands over what is there, then what changes, then removals', async () => {
  const bucket = (await store()).bucket(counter);
  await bucket.createOnce('seen.a', { n: 1 });
  const changes: Change<{ n: number }>[] = [];
  const watch = bucket.watch('seen.', (change) => changes.push(change));
  await watch.ready;
  expect(changes).toMatchObject([{ key: 'seen.a', value: { n: 1 }, initial: true }]);
  await bucket.update('seen.b', () => ({ n: 2 }));
  await bucket.update('seen.a', () => 'remove');
  await until('both changes', () => (changes.length === 3 ? true : undefined));
  expect(changes[1]).toMatchObject({ key: 'seen.b', value: { n: 2 }, initial: false });
  expect(changes[2]).toMatchObject({ key: 'seen.a', initial: false });
  expect(changes[2]?.value).toBeUndefined();
  watch.stop();
});

test('a list pages through a prefix in order and leaves markers out', async () => {
  const bucket = (await store()).bucket(counter);
  for (const n of [3, 1, 4, 2, 5]) await bucket.createOnce(`paged.${n}`, { n });
  await bucket.update('paged.4', () => 'remove');
  const first = await bucket.list('paged.', { limit: 2 });
  expect(first.items.map((item) => item.key)).toEqual(['paged.1', 'paged.2']);
  const rest = await bucket.list('paged.', { limit: 10, cursor: first.cursor ?? '' });
  expect(rest.items.map((item) => item.value.n)).toEqual([3, 5]);
  expect(rest.cursor).toBeUndefined();
});

test('a key whose time is over can be created again', async () => {
  const bucket = (await store()).bucket(counter);
  await bucket.createOnce('brief', { n: 1 }, { ttlMs: 1000 });
  await until('it to expire', async () =>
    (await bucket.get('brief', { fresh: true })) === undefined ? true : undefined,
  );
  expect(await bucket.createOnce('brief', { n: 2 })).toMatchObject({ created: true, value: { n: 2 } });
});

test('a watch goes on after the broker was killed and came back', async () => {
  const bucket = (await store()).bucket(counter);
  const seen = new Map<string, number | undefined>();
  const watch = bucket.watch('killed.', ({ key, value }) => seen.set(key, value?.n));
  await bucket.createOnce('killed.a', { n: 1 });
  await watch.ready;
  await server.kill();
  await server.restart();
  await until('a write to be taken again', async () => (await bucket.update('killed.b', () => ({ n: 2 }))).rev);
  await until('the watch to tell of it', () => seen.get('killed.b'), 40_000);
  expect(seen.get('killed.a')).toBe(1);
  watch.stop();
});
