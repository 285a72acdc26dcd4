import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import type { Change } from '../bucket.ts';
import { type Fate, MemoryJetStream, memoryStore } from '../testing/index.ts';
import { REMEMBERED_WRITES } from './envelope.ts';

const spec = { name: 'counters', schema: z.strictObject({ n: z.int() }), version: 1 };

/** Stores of several processes at one broker, with time that passes by itself while something is awaited. */
async function processes(count: number) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const stores = Array.from({ length: count }, (_, i) =>
    memoryStore({ clock, random: new SeededRandom(i + 1), server }),
  );
  await stores[0]?.provision([bucketAsset('counters', 'Numbers.', { expiringKeys: true })]);
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work);
  return { clock, stores, buckets: stores.map((store) => store.bucket(spec)), passing };
}

const increment = (now: { n: number } | undefined) => ({ n: (now?.n ?? 0) + 1 });

test('writers of three processes lose no increment', async () => {
  const { buckets, passing } = await processes(3);
  const writers = Array.from({ length: 30 }, (_, i) => buckets[i % 3]?.update('k', increment));
  await passing(Promise.all(writers));
  expect((await buckets[0]?.get('k'))?.value).toEqual({ n: 30 });
});

test.each<[Fate]>([['refuse_written'], ['lose_answer'], ['lose_request']])(
  'an update whose answer is %s counts exactly once',
  async (fate) => {
    const { stores, buckets, passing } = await processes(1);
    let left = 3;
    if (stores[0]) stores[0].broker.fates = () => (left-- > 0 ? fate : 'pass');
    for (let i = 0; i < 5; i++) if (buckets[0]) await passing(buckets[0].update('k', increment));
    expect((await buckets[0]?.get('k'))?.value).toEqual({ n: 5 });
  },
);

test.each<[Fate]>([['refuse_written'], ['lose_answer'], ['lose_request']])(
  'a creation whose answer is %s has one winner',
  async (fate) => {
    const { stores, buckets, passing } = await processes(2);
    let left = 1;
    if (stores[0]) stores[0].broker.fates = () => (left-- > 0 ? fate : 'pass');
    const results = await passing(Promise.all(buckets.map((bucket, n) => bucket.createOnce('k', { n }))));
    expect(results.filter((result) => result.created)).toHaveLength(1);
    expect(new Set(results.map((result) => result.value.n)).size).toBe(1);
  },
);

test('a writer overtaken by more writes than a record remembers admits that it cannot know', async () => {
  const { stores, buckets, passing } = await processes(2);
  const [mine, other] = buckets;
  if (!mine || !other || !stores[0]) throw new Error('two processes');
  await passing(mine.update('k', increment));
  stores[0].broker.fates = () => 'lose_answer';
  const last = stores[0].broker.last.bind(stores[0].broker);
  let reads = 0;
  stores[0].broker.last = async (stream, subject) => {
    if (++reads === 2) for (let i = 0; i <= REMEMBERED_WRITES; i++) await other.update('k', increment);
    return last(stream, subject);
  };
  await expect(passing(mine.update('k', increment))).rejects.toMatchObject({ code: 'timeout' });
});

test('a leader that was cut off shows an older record: a write in doubt is not judged by it', async () => {
  const { stores, buckets, passing } = await processes(1);
  const [mine] = buckets;
  const broker = stores[0]?.broker;
  if (!mine || !broker) throw new Error('one process');
  await passing(mine.update('k', increment));
  const old = await broker.last('KV_test_counters', '$KV.test_counters.k');
  await passing(mine.update('k', increment));
  const last = broker.last.bind(broker);
  let reads = 0;
  broker.last = async (...asked) => (++reads > 1 && reads < 5 ? old : last(...asked));
  broker.fates = () => (reads < 5 ? 'lose_answer' : 'pass');
  await passing(mine.update('k', increment));
  expect((await mine.get('k'))?.value).toEqual({ n: 3 });
});

test('a write in doubt that others wrote over is told as what it wrote, not as what they did', async () => {
  const { stores, buckets, passing } = await processes(2);
  const [mine, other] = buckets;
  const broker = stores[0]?.broker;
  if (!mine || !other || !broker) throw new Error('two processes');
  await passing(mine.update('k', increment));
  broker.fates = () => 'lose_answer';
  const last = broker.last.bind(broker);
  let reads = 0;
  broker.last = async (...asked) => {
    if (++reads === 2) await other.update('k', () => ({ n: 99 }));
    return last(...asked);
  };
  const told = await passing(mine.update('k', increment));
  const theirs = await other.get('k');
  expect(told.value).toEqual({ n: 2 });
  expect(theirs?.value).toEqual({ n: 99 });
  expect(told.rev).toBeLessThan(theirs?.rev ?? 0);
});

test('what a change throws is passed on and nothing is written', async () => {
  const { buckets } = await processes(1);
  const refuse = () => {
    throw new RangeError('no');
  };
  await expect(buckets[0]?.update('k', refuse)).rejects.toThrow(RangeError);
  expect(await buckets[0]?.get('k')).toBeUndefined();
});

test('skip leaves a record as it is, remove ends it', async () => {
  const { buckets } = await processes(1);
  await buckets[0]?.createOnce('k', { n: 1 });
  expect(await buckets[0]?.update('k', () => 'skip')).toMatchObject({ outcome: 'skipped', value: { n: 1 } });
  expect(await buckets[0]?.update('k', () => 'remove')).toMatchObject({ outcome: 'removed' });
  expect(await buckets[0]?.get('k')).toBeUndefined();
  expect(await buckets[0]?.createOnce('k', { n: 2 })).toMatchObject({ created: true });
});

test('an update repeats the time to live of the value it replaces', async () => {
  const { clock, buckets, passing } = await processes(1);
  await buckets[0]?.createOnce('k', { n: 1 }, { ttlMs: 10_000 });
  await clock.advance(9000);
  if (buckets[0]) await passing(buckets[0].update('k', increment));
  await clock.advance(9000);
  expect((await buckets[0]?.get('k'))?.value).toEqual({ n: 2 });
  await clock.advance(2000);
  expect(await buckets[0]?.get('k')).toBeUndefined();
});

test('a value that fails its hash is reported and never written over', async () => {
  const { stores, buckets } = await processes(1);
  const forged = new TextEncoder().encode('{"n":7,"_v":1,"_w":[],"_h":"0000000000000000"}');
  await stores[0]?.broker.write('$KV.test_counters.k', forged);
  await expect(buckets[0]?.get('k')).rejects.toMatchObject({ code: 'corrupt_record' });
  await expect(buckets[0]?.update('k', increment)).rejects.toMatchObject({ code: 'corrupt_record' });
});

test('an older program reads a newer record but does not write over it', async () => {
  const { stores, buckets } = await processes(1);
  await stores[0]?.bucket({ ...spec, version: 2 }).createOnce('k', { n: 1 });
  expect((await buckets[0]?.get('k'))?.value).toEqual({ n: 1 });
  await expect(buckets[0]?.update('k', increment)).rejects.toMatchObject({ code: 'schema_newer' });
});

test('an older record is upgraded step by step', async () => {
  const { stores, buckets } = await processes(1);
  await buckets[0]?.createOnce('k', { n: 1 });
  const schema = z.strictObject({ count: z.int(), unit: z.string() });
  const upgrade = {
    1: (old: unknown) => ({ count: z.object({ n: z.number() }).parse(old).n }),
    2: (old: unknown) => ({ ...z.object({ count: z.number() }).parse(old), unit: 'items' }),
  };
  const newer = stores[0]?.bucket({ name: 'counters', schema, version: 3, upgrade });
  expect((await newer?.get('k'))?.value).toEqual({ count: 1, unit: 'items' });
});

test.each(['a b', '', '.a', 'a.', 'a..b', '>', '*', 'a.*', 'ä', 'x'.repeat(65)])(
  'the key %j is refused before any I/O',
  async (key) => {
    const { buckets } = await processes(1);
    await expect(async () => buckets[0]?.get(key)).rejects.toMatchObject({ code: 'invalid_key' });
  },
);

test('a value that does not fit is refused with the name of the field', async () => {
  const { buckets } = await processes(1);
  await expect(buckets[0]?.createOnce('k', { n: 0.5 })).rejects.toThrow(/n: /);
});

test('while the link is down an update fails at once', async () => {
  const { stores, buckets } = await processes(1);
  stores[0]?.broker.disconnect();
  const error = await buckets[0]?.update('k', increment).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MeshError);
  expect(error).toMatchObject({ code: 'not_connected' });
});

test('a watch tells after a reconnect what was missed, removals too', async () => {
  const { clock, stores, buckets } = await processes(2);
  const [watching, writing] = buckets;
  if (!watching || !writing) throw new Error('two processes');
  await writing.createOnce('a', { n: 1 });
  await writing.createOnce('b', { n: 1 });
  const changes: Change<{ n: number }>[] = [];
  const watch = watching.watch('', (change) => changes.push(change));
  await watch.ready;
  stores[0]?.broker.disconnect();
  await writing.update('a', () => 'remove');
  await writing.update('b', () => ({ n: 2 }));
  stores[0]?.broker.reconnect();
  await clock.advance(10);
  expect(changes.slice(2).map(({ key, value }) => [key, value?.n])).toEqual(
    expect.arrayContaining([
      ['a', undefined],
      ['b', 2],
    ]),
  );
});

test('a second watcher of the same keys gets what is known at once', async () => {
  const { buckets } = await processes(1);
  await buckets[0]?.createOnce('a', { n: 1 });
  const first = buckets[0]?.watch('', () => undefined);
  await first?.ready;
  const seen: string[] = [];
  buckets[0]?.watch('', ({ key, initial }) => seen.push(`${key} ${initial}`));
  expect(seen).toEqual(['a true']);
});

test('the values a key has had are kept as many as its bucket keeps, oldest first; a removal is none', async () => {
  const { stores } = await processes(1);
  await stores[0]?.provision([bucketAsset('ledger', 'Numbers, three of each.', { history: 3 })]);
  const ledger = stores[0]?.bucket({ ...spec, name: 'ledger' });
  expect(await ledger?.history('k')).toEqual([]);
  for (let i = 0; i < 4; i++) await ledger?.update('k', increment);
  await ledger?.update('other', increment);
  expect(await ledger?.history('k')).toMatchObject([
    { value: { n: 2 } },
    { value: { n: 3 } },
    { value: { n: 4 }, rev: 4 },
  ]);
  await ledger?.update('k', () => 'remove');
  expect(await ledger?.history('k')).toMatchObject([{ value: { n: 3 } }, { value: { n: 4 } }]);
  await expect(ledger?.history('a b')).rejects.toMatchObject({ code: 'invalid_key' });
});
