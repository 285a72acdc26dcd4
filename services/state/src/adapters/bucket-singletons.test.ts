import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { bucketAsset } from '@seedcore/store';
import { MemoryJetStream, memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { BucketSingletons } from './bucket-singletons.ts';

const asset = bucketAsset('memory', 'Memory.', { expiringKeys: true, epochs: true });
const LIMITS = { mw: {}, shared_cache: {}, miss_tracker: {} };

function bed() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  let seed = 0;
  const starter = () => {
    seed += 1;
    const store = memoryStore({ clock, random: new SeededRandom(seed), server });
    const held: { name: string; id: string; epoch: number }[] = [];
    const singletons = new BucketSingletons(store, {
      ...{ instance: `state-${seed}`, limits: LIMITS, report: () => undefined },
      onHeld: (name, { singleton_id: id }, epoch) => held.push({ name, id, epoch }),
    });
    return { store, singletons, held };
  };
  return { clock, starter };
}

test('twenty starters at once end with one record of each store (state.A3)', async () => {
  const { clock, starter } = bed();
  const starters = Array.from({ length: 20 }, starter);
  await starters[0]?.store.provision([asset]);
  await clock.through(Promise.all(starters.map(({ singletons }) => singletons.start())));
  for (const { singletons } of starters) expect(singletons.waitingFor()).toEqual([]);
  for (const name of Object.keys(LIMITS)) {
    const ids = starters.flatMap(({ held }) => held.filter((one) => one.name === name).map(({ id }) => id));
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(1);
  }
  await clock.through(Promise.all(starters.map(({ singletons }) => singletons.stop())));
});

test('it goes on without the records after 12 tries, says what it waits for, and finds them at last (state.A3)', async () => {
  const { clock, starter } = bed();
  const { store, singletons } = starter();
  const started = singletons.start();
  await clock.advance(5000);
  expect(singletons.waitingFor()).toEqual(['meta.mw', 'meta.shared_cache', 'meta.miss_tracker']);
  await clock.advance(501);
  await started;
  expect(singletons.waitingFor()).toHaveLength(3);
  await store.provision([asset]);
  await clock.advance(500);
  expect(singletons.waitingFor()).toEqual([]);
  await clock.through(singletons.stop());
});

test('a record that is deleted is made anew, once, under a larger epoch, and everybody hears of it', async () => {
  const { clock, starter } = bed();
  const starters = Array.from({ length: 3 }, starter);
  const [first] = starters;
  await first?.store.provision([asset]);
  await clock.through(Promise.all(starters.map(({ singletons }) => singletons.start())));
  const bucket = first?.store.broker;
  const [before] = first?.held.filter(({ name }) => name === 'mw') ?? [];
  await bucket?.write('$KV.test_memory.meta.mw', new Uint8Array(), { headers: [['KV-Operation', 'DEL']] });
  await clock.advance(1000);
  const after = starters.map(({ held }) => held.findLast(({ name }) => name === 'mw'));
  expect(new Set(after.map((one) => one?.id)).size).toBe(1);
  expect(after[0]?.id).not.toBe(before?.id);
  for (const one of after) expect(one?.epoch).toBeGreaterThan(before?.epoch ?? Number.POSITIVE_INFINITY);
  await clock.through(Promise.all(starters.map(({ singletons }) => singletons.stop())));
});
