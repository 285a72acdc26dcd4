import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import { isStorageFull } from '../storage-full.ts';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';

const spec = { name: 'notes', schema: z.strictObject({ n: z.int() }), version: 1 };

async function full() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const store = memoryStore({ clock, random: new SeededRandom(1), server });
  await store.provision([bucketAsset('notes', 'Notes.')]);
  server.capacityBytes = 1;
  return { clock, server, notes: store.bucket(spec), store };
}

test('what has to end waits for room, and is written once there is some', async () => {
  const { clock, server, notes } = await full();
  const writing = notes.update('a', () => ({ n: 1 }));
  await clock.advance(5_000);
  server.capacityBytes = Number.POSITIVE_INFINITY;
  await clock.advance(5_000);
  expect(await writing).toMatchObject({ value: { n: 1 } });
});

test('what need not be begun is refused at once, and nothing is written', async () => {
  const { notes } = await full();
  await expect(notes.createOnce('a', { n: 1 }, { waitForRoom: false })).rejects.toSatisfy(isStorageFull);
  await expect(notes.update('a', () => ({ n: 1 }), { waitForRoom: false })).rejects.toSatisfy(isStorageFull);
  expect(await notes.get('a')).toBeUndefined();
});

test('room is waited for no longer than a write may take', async () => {
  const { clock, notes } = await full();
  const writing = notes.createOnce('a', { n: 1 });
  const refused = expect(writing).rejects.toSatisfy(isStorageFull);
  await clock.advance(20_000);
  await refused;
});

test('whoever listens hears of it', async () => {
  const { notes, store } = await full();
  let heard = 0;
  const listening = store.broker.onStorageFull(() => {
    heard += 1;
  });
  await expect(notes.createOnce('a', { n: 1 }, { waitForRoom: false })).rejects.toSatisfy(isStorageFull);
  listening.stop();
  await expect(notes.createOnce('a', { n: 1 }, { waitForRoom: false })).rejects.toSatisfy(isStorageFull);
  expect(heard).toBe(1);
});
