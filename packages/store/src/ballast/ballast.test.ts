import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { isStorageFull } from '../storage-full.ts';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';
import { BALLAST_BYTES, ballastBytes, ballastStream, fillBallast, freeBallast, readBallast } from './ballast.ts';

const GIB = 1024 ** 3;

async function filled() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const process = (n: number) => memoryStore({ clock, random: new SeededRandom(n), server });
  const store = process(1);
  await store.provision([ballastStream]);
  await fillBallast(store.broker, BALLAST_BYTES);
  return { clock, server, store, process };
}

test.each([
  [undefined, BALLAST_BYTES],
  [GIB / 8, BALLAST_BYTES],
  [2 * GIB, Math.floor(0.04 * GIB)],
  [10 ** 15, GIB / 4],
])('of a limit of %s bytes it takes %s', (limit, bytes) => {
  expect(ballastBytes(limit)).toBe(bytes);
});

test('it takes the room it is said to take, once, however often it is filled', async () => {
  const { server, store } = await filled();
  const used = server.usedBytes;
  expect(used).toBeGreaterThanOrEqual(BALLAST_BYTES);
  await fillBallast(store.broker, BALLAST_BYTES);
  expect(server.usedBytes).toBe(used);
  expect(await readBallast(store.broker)).toEqual({ state: 'held' });
});

test('it is none before it was filled to its end, and nothing is given up where nothing is', async () => {
  const { store, server } = await filled();
  const other = memoryStore({ clock: server.clock, random: new SeededRandom(9) });
  expect(await readBallast(other.broker)).toEqual({ state: 'none' });
  expect(await freeBallast(other.broker)).toBe(false);
  server.stream('SC_test_BALLAST')?.purge('test.ballast.state', Number.MAX_SAFE_INTEGER);
  expect(await readBallast(store.broker)).toEqual({ state: 'none' });
});

test('given up by several processes at once it notes how much was stored when it was full', async () => {
  const { clock, server, store, process } = await filled();
  server.capacityBytes = server.usedBytes;
  await expect(store.broker.write('test.ballast.more', new Uint8Array(1))).rejects.toSatisfy(isStorageFull);
  const full = server.usedBytes;
  const at = clock.wallMs();
  await Promise.all([store, process(2), process(3)].map(({ broker }) => freeBallast(broker)));
  expect(full - server.usedBytes).toBeGreaterThanOrEqual(BALLAST_BYTES);
  expect(await readBallast(store.broker)).toEqual({ state: 'freed', atMs: at, fullAtBytes: full });
  expect(await freeBallast(store.broker)).toBe(false);
});

test('given up by a process that died before it could note that, it is not taken for held', async () => {
  const { clock, store, process } = await filled();
  store.broker.fates = () => 'die';
  void freeBallast(store.broker);
  await clock.advance(1_000);
  expect(store.broker.dead).toBe(true);
  expect(await readBallast(process(2).broker)).toEqual({ state: 'freed', atMs: 0, fullAtBytes: undefined });
});
