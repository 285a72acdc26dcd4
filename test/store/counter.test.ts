import { countersStream, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';

const meshes = meshesOnBroker();

async function store() {
  const opened = openStore(await meshes.open());
  await opened.provision([countersStream]);
  return opened;
}

test('three hundred additions over three connections count exactly, and each is told a sum that it is part of', async () => {
  const stores = await Promise.all([store(), store(), store()]);
  const sums = await Promise.all(Array.from({ length: 300 }, (_, i) => stores[i % 3]?.counter('shared').add(1)));
  // An addition whose answer came too late is told what it all came to by then, never less than its own sum.
  const told = sums.map(Number).toSorted((a, b) => a - b);
  expect(told.filter((sum, i) => sum < i + 1 || sum > 300)).toEqual([]);
  expect(await stores[0]?.counter('shared').read()).toBe(300);
});

test('a repeat is recognised, also after a restart of the broker', async () => {
  const one = await store();
  expect(await one.counter('kept').add(7, 'op-1')).toBe(7);
  expect(await one.counter('kept').add(1)).toBe(8);
  expect(await one.counter('kept').add(7, 'op-1')).toBe(8);
  await meshes.server().kill();
  await meshes.server().restart();
  expect(await (await store()).counter('kept').add(7, 'op-1')).toBe(8);
});

test('a rate is shared by three connections: the burst and what the time allowed, and no more', async () => {
  const stores = await Promise.all([store(), store(), store()]);
  const options = { perSecond: 0.001, burst: 60, sharers: () => 3 };
  const takers = stores.flatMap((opened) => {
    const rate = opened.rateLimit('model', options);
    return Array.from({ length: 40 }, () => rate.take());
  });
  const answers = await Promise.all(takers);
  // On a machine that is too busy to answer, a process may keep to its own part for a while, and says so.
  const apart = answers.filter(({ degraded }) => degraded).length;
  const shared = answers.filter(({ ok, degraded }) => ok && !degraded).length;
  expect(shared).toBeLessThanOrEqual(60);
  expect(shared).toBeGreaterThanOrEqual(60 - apart);
});
