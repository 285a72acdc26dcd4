import type { Clock } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Lease } from '../lease.ts';
import { type Fate, MemoryJetStream, type MemoryStore, memoryStore } from '../testing/index.ts';
import { Belief } from './belief.ts';

/** Stores of several processes at one broker. */
async function processes(count: number) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const stores = Array.from({ length: count }, (_, i) =>
    memoryStore({ clock, random: new SeededRandom(i + 1), server }),
  );
  await stores[0]?.provision([]);
  return { clock, stores };
}

/** The only store of a test. */
async function one() {
  const { clock, stores } = await processes(2);
  const [store, other] = stores;
  if (!store || !other) throw new Error('two processes were asked for');
  return { clock, store, other };
}

const ttlMs = 3000;

test('S3: while one holds a lease nobody else gets it', async () => {
  const { store, other } = await one();
  expect(await store.lease('a', { ttlMs })).toBeDefined();
  expect(await other.lease('a', { ttlMs })).toBeUndefined();
  expect(await other.lease('b', { ttlMs })).toBeDefined();
});

test('a lease renews itself for as long as the broker answers', async () => {
  const { clock, store, other } = await one();
  const lease = await store.lease('a', { ttlMs });
  await clock.advance(60_000);
  expect(lease?.leftMs()).toBeGreaterThan(1000);
  expect(await other.lease('a', { ttlMs })).toBeUndefined();
});

test('S3: a holder cut off stops believing before the broker lets go', async () => {
  const { clock, store, other } = await one();
  const lease = await store.lease('a', { ttlMs });
  store.broker.disconnect();
  await clock.advance(ttlMs - 500);
  expect(lease?.signal.aborted).toBe(true);
  expect(() => lease?.check()).toThrow(/could not be renewed/);
  expect(await other.lease('a', { ttlMs })).toBeUndefined();
  await clock.advance(501);
  expect(await other.lease('a', { ttlMs })).toBeDefined();
});

test('S4: every holder of a name has a larger epoch than the one before', async () => {
  const { clock, stores } = await processes(3);
  const epochs: number[] = [];
  for (const store of stores) {
    const lease = await store.lease('a', { ttlMs });
    epochs.push(lease?.epoch ?? 0);
    store.broker.disconnect();
    await clock.advance(ttlMs + 1);
  }
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
  expect(new Set(epochs).size).toBe(3);
});

test.each<[Fate]>([['refuse_written'], ['lose_answer']])(
  'a lease whose taking is answered with %s is held',
  async (fate) => {
    const { store, other } = await one();
    store.broker.fates = () => fate;
    const lease = await store.lease('a', { ttlMs });
    expect(lease?.epoch).toBeGreaterThan(0);
    expect(await other.lease('a', { ttlMs })).toBeUndefined();
  },
);

test.each<[Fate]>([['refuse_written'], ['lose_answer'], ['lose_request']])(
  'renewals whose answers are %s now and then lose nothing',
  async (fate) => {
    const { clock, store } = await one();
    const lease = await store.lease('a', { ttlMs });
    let count = 0;
    store.broker.fates = () => (++count % 2 === 0 ? fate : 'pass');
    await clock.advance(60_000);
    expect(lease?.signal.aborted).toBe(false);
  },
);

test('S3: an older renewal shown by a leader that was cut off renews nothing', async () => {
  const { clock, store } = await one();
  const lease = await store.lease('a', { ttlMs });
  const { broker } = store;
  const taken = await broker.last('KV_test_leases', '$KV.test_leases.a');
  await clock.advance(ttlMs / 3 + 1);
  broker.fates = () => 'lose_request';
  broker.last = async () => taken;
  await clock.advance(ttlMs);
  expect(lease?.signal.aborted).toBe(true);
});

test('a holder learns at its next renewal that another has taken over', async () => {
  const { clock, store, other } = await one();
  const lease = await store.lease('a', { ttlMs });
  const found = await other.broker.last('KV_test_leases', '$KV.test_leases.a');
  await other.broker.write('$KV.test_leases.a', new TextEncoder().encode('{}'), { expect: found?.seq });
  await clock.advance(ttlMs / 3 + 1);
  expect(lease?.signal.reason).toMatchObject({
    code: 'lease_lost',
    message: expect.stringContaining('another holder'),
  });
});

test('a released lease is free at once', async () => {
  const { store, other } = await one();
  const lease = await store.lease('a', { ttlMs });
  await lease?.release();
  expect(lease?.signal.aborted).toBe(true);
  expect((await other.lease('a', { ttlMs }))?.epoch).toBeGreaterThan(lease?.epoch ?? 0);
});

function lead(store: MemoryStore, name: string, log: string[]) {
  return store.elect(
    'a',
    async (lease: Lease) => {
      log.push(`${name} ${lease.epoch}`);
      await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
    },
    { ttlMs },
  );
}

test('of several candidates one leads, and another one after its death', async () => {
  const { clock, stores } = await processes(3);
  const log: string[] = [];
  for (const [i, store] of stores.entries()) lead(store, `p${i}`, log);
  await clock.advance(20_000);
  expect(log).toHaveLength(1);
  const first = log[0]?.split(' ')[0];
  stores.find((_, i) => `p${i}` === first)?.broker.die();
  await clock.advance(ttlMs + 1000);
  expect(log).toHaveLength(2);
  expect(log[1]?.split(' ')[0]).not.toBe(first);
});

test('a candidate that stops hands over at once', async () => {
  const { clock, store, other } = await one();
  const log: string[] = [];
  const first = lead(store, 'first', log);
  await clock.advance(1000);
  lead(other, 'second', log);
  await clock.advance(1000);
  await first.stop();
  await clock.advance(500);
  expect(log.map((line) => line.split(' ')[0])).toEqual(['first', 'second']);
});

test('a lease that stands still is taken over although the broker’s clock does not end it', async () => {
  const { clock, store, other } = await one();
  const stuck = new TextEncoder().encode('{"holder":"gone","ttl_ms":3000}');
  await store.broker.write('$KV.test_leases.a', stuck);
  const log: string[] = [];
  lead(other, 'second', log);
  await clock.advance(4900);
  expect(log).toEqual([]);
  await clock.advance(1000);
  expect(log).toHaveLength(1);
});

/** A clock whose two hands can be moved apart. */
function twoHands() {
  const hands = { now: 0, wallMs: 0 };
  const clock: Clock = { now: () => hands.now, wallMs: () => hands.wallMs, after: () => ({ cancel: () => undefined }) };
  return { hands, clock };
}

test('belief ends by whichever clock is further on', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: -40_000, max: 40_000 }), (slept, jumped) => {
      const { hands, clock } = twoHands();
      const belief = new Belief(clock, 20_000);
      hands.now += slept;
      hands.wallMs += slept + jumped;
      expect(belief.leftMs()).toBe(Math.max(0, 18_000 - Math.max(slept, slept + jumped)));
    }),
  );
});
