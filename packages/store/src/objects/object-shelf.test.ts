import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { objectsAsset } from '../asset.ts';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';
import { MAX_OBJECT_BYTES } from './objects.ts';

const work = objectsAsset('work', 'Large values.');

async function bench() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const store = memoryStore({ clock, random: new SeededRandom(1), server });
  await store.provision([work]);
  return { clock, server, store, objects: store.objects('work'), stream: server.stream('OBJ_test_work') };
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 31) % 251);
const KEPT = { ttlMs: 60_000 };

test('what was put is got, whatever its size', async () => {
  const { objects } = await bench();
  const sizes = fc.integer({ min: 0, max: 400_000 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.stringMatching(/^[a-z0-9.-]{1,40}$/), async (size, name) => {
      await objects.put(`${name}.${size}`, bytesOf(size), KEPT);
      expect(Buffer.from((await objects.get(`${name}.${size}`)) ?? []).equals(bytesOf(size))).toBe(true);
    }),
    { numRuns: 20 },
  );
});

test('store.S5 of two writers one leaves nothing behind', async () => {
  const { objects, stream } = await bench();
  await Promise.all([objects.put('a', bytesOf(300_000), KEPT), objects.put('a', bytesOf(300_000), KEPT)]);
  expect(stream?.size).toBe(4);
  await objects.put('a', bytesOf(300_000), KEPT);
  expect(stream?.size).toBe(4);
});

test.each(['lose_answer', 'refuse_written'] as const)('a put that meets "%s" can be repeated', async (fate) => {
  const { store, objects, stream } = await bench();
  store.broker.fates = () => fate;
  await objects
    .put('a', bytesOf(300_000), KEPT)
    .catch((error: unknown) => expect(error).toMatchObject({ code: 'timeout' }));
  store.broker.fates = () => 'pass';
  await objects.put('a', bytesOf(300_000), KEPT);
  expect([stream?.size, (await objects.get('a'))?.length]).toEqual([4, 300_000]);
});

test('an object goes when its time is over, or when it is removed', async () => {
  const { clock, objects, stream } = await bench();
  await objects.put('short', bytesOf(200_000), { ttlMs: 1000 });
  await objects.put('long', bytesOf(200_000), KEPT);
  await clock.advance(2000);
  expect([await objects.get('short'), (await objects.get('long'))?.length]).toEqual([undefined, 200_000]);
  expect((await objects.some(10)).map(({ name }) => name)).toEqual(['long']);
  await objects.remove('long');
  await objects.remove('never there');
  expect([await objects.get('long'), stream?.size]).toEqual([undefined, 0]);
});

test.each(['{"name":"a","deleted":true,"nuid":"x","size":0,"chunks":0,"digest":""}', 'no note'])(
  'what lies under its name and is no object, %s, is replaced',
  async (text) => {
    const { store, objects } = await bench();
    const note = `$O.test_work.M.${Buffer.from('a').toString('base64url')}==`;
    await store.broker.write(note, new TextEncoder().encode(text));
    expect(await objects.get('a')).toBeUndefined();
    await objects.put('a', bytesOf(10), KEPT);
    expect((await objects.get('a'))?.length).toBe(10);
  },
);

test('what is too large is refused, and what is not whole is not handed out', async () => {
  const { clock, objects, stream } = await bench();
  await expect(objects.put('a', new Uint8Array(MAX_OBJECT_BYTES + 1), KEPT)).rejects.toMatchObject({
    code: 'invalid_value',
  });
  await objects.put('b', bytesOf(300_000), KEPT);
  stream?.remove(2);
  const reading = expect(objects.get('b')).rejects.toMatchObject({ code: 'unavailable' });
  await clock.advance(5000);
  await reading;
});

test('of many objects a part is looked at, at random', async () => {
  const { objects } = await bench();
  for (let i = 0; i < 30; i++) await objects.put(`o${i}`, bytesOf(10), KEPT);
  const seen = new Set<string>();
  for (let look = 0; look < 60; look++) for (const { name } of await objects.some(5)) seen.add(name);
  expect(seen.size).toBe(30);
});

test('what is not whole is handed out to those who look after it, and said to be so', async () => {
  const { clock, objects, stream } = await bench();
  await objects.put('b', bytesOf(300_000), KEPT);
  expect(await objects.inspect('b')).toMatchObject({ isWhole: true });
  stream?.remove(2);
  const found = await clock.through(objects.inspect('b'));
  expect([found?.isWhole, found?.bytes.length]).toEqual([false, 300_000 - 128 * 1024]);
  expect(await objects.inspect('never there')).toBeUndefined();
});
