import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import { type Fate, MemoryJetStream, memoryStore } from '../testing/index.ts';
import { judgeRecord } from './judge-record.ts';
import { openRaw } from './raw-bucket.ts';

const things = bucketAsset('things', 'Things.', { history: 3, expiringKeys: true });
const spec = { name: 'things', schema: z.strictObject({ n: z.int() }), version: 1 };
const text = (body: Uint8Array) => new TextDecoder().decode(body);
const bytes = (body: string) => new TextEncoder().encode(body);

async function bench() {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1), server: new MemoryJetStream(clock) });
  await store.provision([things]);
  return { clock, store, raw: openRaw(store, 'things', { expiring: true }), bucket: store.bucket(spec) };
}

test('what it reads is the newest value of each key as it is stored, without what is gone', async () => {
  const { raw, bucket, store } = await bench();
  for (const n of [1, 2]) await bucket.update('b', () => ({ n }));
  await bucket.createOnce('a.x', { n: 3 }, { ttlMs: 60_000 });
  await bucket.createOnce('gone', { n: 4 });
  await bucket.update('gone', () => 'remove');
  expect(await raw.keys(['>'])).toEqual(['a.x', 'b', 'gone']);
  expect(await raw.keys(['a.>', 'b'])).toEqual(['a.x', 'b']);
  const found = await raw.newest(['a.x', 'b', 'gone', 'never']);
  expect(found.map(({ key, rev, ttlMs }) => [key, rev, ttlMs])).toEqual([
    ['a.x', 3, 60_000],
    ['b', 2, undefined],
  ]);
  expect(JSON.parse(text(found[1]?.body ?? bytes('')))).toMatchObject({ n: 2, _v: 1 });
  expect([await raw.lastSeq(), await openRaw(store, 'none', { expiring: false }).lastSeq()]).toEqual([5, undefined]);
});

test('writes hold only over the revision that was seen; one that does not leaves the others alone', async () => {
  const { clock, raw, bucket } = await bench();
  await bucket.createOnce('a', { n: 1 });
  await bucket.createOnce('b', { n: 1 });
  await bucket.createOnce('c', { n: 1 });
  await bucket.update('b', () => ({ n: 2 }));
  await bucket.createOnce('gone', { n: 1 });
  await bucket.update('gone', () => 'remove');
  const writing = raw.write([
    { key: 'a', expect: 1, body: bytes('{"n":7}') },
    { key: 'b', expect: 2, body: bytes('{"n":7}') },
    { key: 'c', expect: 3 },
    { key: 'gone', expect: 0, body: bytes('{"n":7}') },
    { key: 'new', expect: 0, body: bytes('{"n":7}') },
  ]);
  expect(await clock.through(writing)).toEqual([true, false, true, true, true]);
  const now = await Promise.all(['a', 'b', 'c', 'gone', 'new'].map((key) => bucket.get(key, { fresh: true })));
  expect(now.map((read) => read?.value.n)).toEqual([7, 2, undefined, 7, 7]);
});

test.each<Fate>(['lose_answer', 'lose_request', 'refuse_written'])(
  'a batch that meets "%s" is made once',
  async (fate) => {
    const { clock, store, raw, bucket } = await bench();
    await bucket.createOnce('a', { n: 1 });
    const fates: Fate[] = [fate, 'pass'];
    store.broker.fates = () => fates.shift() ?? 'pass';
    const changes = [
      { key: 'a', expect: 1 },
      { key: 'b', expect: 0, body: bytes('{"n":1}'), ttlMs: 5_000 },
    ];
    expect(await clock.through(raw.write(changes))).toEqual([true, true]);
    // Repeated after a crash it finds what was made, and says the same.
    expect(await clock.through(raw.write(changes))).toEqual([true, true]);
    expect(await bucket.get('b')).toMatchObject({ value: { n: 1 }, rev: 3 });
  },
);

test('bytes are readable, of a newer program, or corrupt', () => {
  const record = (body: string) => ({ key: 'a', rev: 1, at: new Date(0), ttlMs: undefined, body: bytes(body) });
  const verdicts = ['{"n":1}', '{"n":1,"_v":2}', '{"m":1,"_v":2}', '{"n":1,"_h":"0"}', '{"m":1}', 'rot'];
  expect(verdicts.map((body) => judgeRecord(spec, record(body)))).toEqual([
    'readable',
    'newer_schema',
    'newer_schema',
    'corrupt_record',
    'corrupt_record',
    'corrupt_record',
  ]);
});
