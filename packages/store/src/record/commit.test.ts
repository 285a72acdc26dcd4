import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import type { CommitChange } from '../bucket.ts';
import { type Fate, MemoryJetStream, memoryStore } from '../testing/index.ts';

const spec = { name: 'accounts', schema: z.strictObject({ n: z.int() }), version: 1 };
type Account = { n: number };

/** A bucket of each of several processes at one broker, with time that passes by itself while something is awaited. */
async function processes(count: number) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const stores = Array.from({ length: count }, (_, i) =>
    memoryStore({ clock, random: new SeededRandom(i + 1), server }),
  );
  await stores[0]?.provision([bucketAsset('accounts', 'Money.', { expiringKeys: true })]);
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work);
  return { clock, stores, buckets: stores.map((store) => store.bucket(spec)), passing };
}

async function one() {
  const { stores, buckets, ...rest } = await processes(1);
  const [store] = stores;
  const [bucket] = buckets;
  if (store === undefined || bucket === undefined) throw new Error('one process');
  return { store, bucket, ...rest };
}

test('all changes are made, each under the revision it is told to have', async () => {
  const { bucket } = await one();
  const kept = await bucket.createOnce('kept', { n: 1 });
  const gone = await bucket.createOnce('gone', { n: 2 });
  const revs = await bucket.commit([
    { key: 'kept', expect: kept.rev, value: { n: 10 } },
    { key: 'new', expect: 0, value: { n: 3 } },
    { key: 'gone', expect: gone.rev },
  ]);
  expect(await bucket.get('kept')).toMatchObject({ value: { n: 10 }, rev: revs[0] });
  expect(await bucket.get('new')).toMatchObject({ value: { n: 3 }, rev: revs[1] });
  expect(await bucket.get('gone')).toBeUndefined();
  // What was removed can be made again.
  expect(await bucket.commit([{ key: 'gone', expect: 0, value: { n: 4 } }])).toHaveLength(1);
});

test('one key at another revision refuses them all, and nothing is written', async () => {
  const { bucket } = await one();
  const { rev } = await bucket.createOnce('a', { n: 1 });
  await bucket.update('a', () => ({ n: 2 }));
  const stale: CommitChange<Account>[] = [
    { key: 'b', expect: 0, value: { n: 1 } },
    { key: 'a', expect: rev, value: { n: 9 } },
  ];
  await expect(bucket.commit(stale)).rejects.toMatchObject({ code: 'conflict' });
  expect(await bucket.get('b')).toBeUndefined();
  expect(await bucket.get('a')).toMatchObject({ value: { n: 2 } });
});

test.each<[string, CommitChange<Account>[], string]>([
  ['no changes', [], 'invalid_value'],
  ['a hundred and one', Array.from({ length: 101 }, (_, i) => ({ key: `k${i}`, expect: 0 })), 'invalid_value'],
  [
    'one key twice',
    [
      { key: 'a', expect: 0 },
      { key: 'a', expect: 0 },
    ],
    'invalid_value',
  ],
  ['a wildcard', [{ key: 'a.*', expect: 0 }], 'invalid_key'],
  ['a value that does not fit', [{ key: 'a', expect: 0, value: { n: 1.5 } }], 'invalid_value'],
])('%s is refused before anything is written', async (_name, changes, code) => {
  const { bucket } = await one();
  await expect(bucket.commit(changes)).rejects.toMatchObject({ code });
  expect((await bucket.list('', { limit: 10 })).items).toEqual([]);
});

test.each<[Fate]>([['refuse_written'], ['lose_answer'], ['lose_request']])(
  'a commit whose answer is %s is made once, and its revisions are known',
  async (fate) => {
    const { store, bucket, passing } = await one();
    let left = 2;
    store.broker.fates = () => (left-- > 0 ? fate : 'pass');
    const revs = await passing(
      bucket.commit([
        { key: 'a', expect: 0, value: { n: 1 } },
        { key: 'b', expect: 0, value: { n: 1 } },
      ]),
    );
    expect(await Promise.all(['a', 'b'].map(async (key) => (await bucket.get(key))?.rev))).toEqual(revs);
  },
);

test('a key that changes while the answer is in doubt tells whether the commit was made before', async () => {
  const { stores, buckets, passing } = await processes(2);
  const [mine, other] = buckets;
  if (!mine || !other || !stores[0]) throw new Error('two processes');
  const overtake = stores[0].broker.writeTogether.bind(stores[0].broker);
  stores[0].broker.writeTogether = async (messages) => {
    const written = await overtake(messages);
    await other.update('a', (now) => ({ n: (now?.n ?? 0) + 100 }));
    return written.ok ? { ok: false, refused: 'wrong_sequence' } : written;
  };
  const revs = await passing(
    mine.commit([
      { key: 'a', expect: 0, value: { n: 1 } },
      { key: 'b', expect: 0, value: { n: 1 } },
    ]),
  );
  expect((await mine.get('b'))?.rev).toBe(revs[1]);
  expect(revs[0]).toBe((revs[1] ?? 0) - 1);
  expect((await mine.get('a'))?.value).toEqual({ n: 101 });
});

test('durable.S5, durable.S9: money moved between accounts by several processes under faults is never half moved, nor lost', async () => {
  const accounts = ['a', 'b', 'c', 'd'];
  const total = 400;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { minLength: 60, maxLength: 60 }), async (draws) => {
      const { stores, buckets, passing } = await processes(3);
      for (const key of accounts) await buckets[0]?.createOnce(key, { n: 100 });
      const fates = [...draws];
      for (const store of stores)
        store.broker.fates = () => {
          const drawn = fates.shift() ?? 9;
          return (['refuse_written', 'lose_answer', 'lose_request'] as const)[drawn] ?? 'pass';
        };
      let moved = 0;
      const move = async (process: number, i: number) => {
        const bucket = buckets[process];
        const from = accounts[i % 4];
        const to = accounts[(i + 1 + (i % 3)) % 4];
        if (bucket === undefined || from === undefined || to === undefined || from === to) return;
        const [one, two] = await Promise.all([bucket.get(from), bucket.get(to)]);
        if (one === undefined || two === undefined) return;
        const changes = [
          { key: from, expect: one.rev, value: { n: one.value.n - 1 } },
          { key: to, expect: two.rev, value: { n: two.value.n + 1 } },
        ];
        await bucket.commit(changes).then(
          () => {
            moved += 1;
          },
          (error: { code?: string }) => expect(error.code).toBe('conflict'),
        );
      };
      await passing(
        Promise.all(
          [0, 1, 2].map(async (process) => {
            for (let i = 0; i < 12; i++) await move(process, i + process);
          }),
        ),
      );
      const held = await Promise.all(accounts.map(async (key) => (await buckets[0]?.get(key))?.value.n ?? 0));
      expect(held.reduce((sum, n) => sum + n, 0)).toBe(total);
      expect(moved).toBeGreaterThan(0);
    }),
    { numRuns: 30 },
  );
});
