import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { openReplies } from './index.ts';
import { MemoryJetStream, memoryStore } from './testing/index.ts';

const key = 'bank.spend.order-7';
const wish = { fingerprint: 'f', ttlMs: 2_000 };
const reply = new Uint8Array([0, 255, 7]);

async function open() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const processes = [1, 2, 3].map((seed) => memoryStore({ clock, random: new SeededRandom(seed), server }));
  const stores = await Promise.all(processes.map((store) => openReplies(store)));
  const [first, second] = stores;
  if (first === undefined || second === undefined) throw new Error('three stores were opened');
  return { clock, first, second, stores };
}

test('of many processes exactly one gets the claim, the others see it', async () => {
  const { clock, stores } = await open();
  const racing = Promise.all([...stores, ...stores].map((replies) => replies.claim(key, wish)));
  await clock.advance(5_000);
  const found = await racing;
  expect(found.filter((one) => 'rev' in one)).toHaveLength(1);
  expect(found.filter((one) => 'reply' in one)).toEqual(Array(5).fill({ fingerprint: 'f', reply: undefined }));
});

test('a finished claim is its reply for everybody, for 24 h', async () => {
  const { clock, first, second } = await open();
  const claim = await first.claim(key, wish);
  if (!('rev' in claim)) throw new Error('nobody else was there');
  expect(await first.finish(claim, reply)).toBe(true);
  await clock.advance(86_300_000);
  const kept = await second.claim(key, wish);
  expect('reply' in kept && [...(kept.reply ?? [])]).toEqual([...reply]);
  await clock.advance(200_000);
  expect(await second.read(key)).toBeUndefined();
});

test('a claim ends by itself, and whoever comes too late changes nothing', async () => {
  const { clock, first, second } = await open();
  const claim = await first.claim(key, wish);
  await clock.advance(2_001);
  expect(await second.read(key)).toBeUndefined();
  const next = await second.claim(key, { ...wish, fingerprint: 'g' });
  if (!('rev' in claim) || !('rev' in next)) throw new Error('both were claims');
  expect(await first.finish(claim, reply)).toBe(false);
  expect(await first.finish(claim, undefined)).toBe(false);
  expect(await second.read(key)).toEqual({ fingerprint: 'g', reply: undefined });
});

test('a dropped claim is free at once', async () => {
  const { first, second } = await open();
  const claim = await first.claim(key, wish);
  if (!('rev' in claim)) throw new Error('nobody else was there');
  expect(await first.finish(claim, undefined)).toBe(true);
  expect('rev' in (await second.claim(key, wish))).toBe(true);
});
