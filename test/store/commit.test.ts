import { bucketAsset, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { until } from '../support/until.ts';

const spec = { name: 'accounts', schema: z.strictObject({ n: z.int() }), version: 1 };
const meshes = meshesOnBroker();

async function accounts() {
  const store = openStore(await meshes.open());
  await store.provision([bucketAsset('accounts', 'Money of this test.', { expiringKeys: true })]);
  return store.bucket(spec);
}

test('a commit of a hundred changes appears at once, under the revisions it was told', async () => {
  const [mine, theirs] = [await accounts(), await accounts()];
  const { rev } = await mine.createOnce('gone', { n: 1 });
  const seen: string[] = [];
  const watch = theirs.watch('', ({ key, value }) => seen.push(`${key} ${value?.n ?? '-'}`));
  await watch.ready;
  const changes = Array.from({ length: 99 }, (_, i) => ({ key: `k${i}`, expect: 0, value: { n: i } }));
  const revs = await mine.commit([...changes, { key: 'gone', expect: rev }]);
  for (const [i, { key, value }] of changes.entries())
    expect(await mine.get(key, { fresh: true })).toMatchObject({ value, rev: revs[i] });
  expect(await mine.get('gone', { fresh: true })).toBeUndefined();
  await until('the watch to have seen it', () => seen.length === 101 || undefined);
  expect(seen).toEqual(['gone 1', ...changes.map(({ key, value: { n } }) => `${key} ${n}`), 'gone -']);
});

test('a key at another revision refuses all of it; a key that expired is as good as new', async () => {
  const bucket = await accounts();
  const { rev } = await bucket.createOnce('stale', { n: 1 });
  await bucket.update('stale', () => ({ n: 2 }));
  await bucket.createOnce('brief', { n: 1 }, { ttlMs: 1_000 });
  await expect(
    bucket.commit([
      { key: 'fresh', expect: 0, value: { n: 1 } },
      { key: 'stale', expect: rev, value: { n: 3 } },
    ]),
  ).rejects.toMatchObject({ code: 'conflict' });
  expect(await bucket.get('fresh', { fresh: true })).toBeUndefined();
  await until('it to expire', async () => (await bucket.get('brief', { fresh: true })) === undefined || undefined);
  expect(await bucket.commit([{ key: 'brief', expect: 0, value: { n: 2 } }])).toHaveLength(1);
});

test('durable.S5: money that forty commits of three connections move at once is never made nor lost, and never half seen', async () => {
  const buckets = await Promise.all([accounts(), accounts(), accounts()]);
  const keys = ['a', 'b', 'c', 'd'];
  for (const key of keys) await buckets[0]?.createOnce(key, { n: 100 });
  let moved = 0;
  const move = async (i: number) => {
    const bucket = buckets[i % 3];
    const [from, to] = [keys[i % 4], keys[(i + 1 + (i % 3)) % 4]];
    if (bucket === undefined || from === undefined || to === undefined || from === to) return;
    const [one, two] = await Promise.all([bucket.get(from, { fresh: true }), bucket.get(to, { fresh: true })]);
    if (one === undefined || two === undefined) throw new Error('an account is gone');
    await bucket
      .commit([
        { key: from, expect: one.rev, value: { n: one.value.n - 1 } },
        { key: to, expect: two.rev, value: { n: two.value.n + 1 } },
      ])
      .then(
        () => {
          moved += 1;
        },
        (error: { code?: string }) => expect(error.code).toBe('conflict'),
      );
  };
  for (let round = 0; round < 10; round++) await Promise.all([0, 1, 2, 3].map((i) => move(4 * round + i)));
  const held = await Promise.all(keys.map(async (key) => (await buckets[1]?.get(key, { fresh: true }))?.value.n ?? 0));
  expect(held.reduce((sum, n) => sum + n, 0)).toBe(400);
  expect(moved).toBeGreaterThan(0);
});
