import { countersStream, openStore } from '@seedcore/store';
import { expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';

const meshes = meshesOnBroker();

async function store() {
  const opened = openStore(await meshes.open());
  await opened.provision([countersStream]);
  return opened;
}

test('three hundred additions over three connections count exactly, and every sum is told once', async () => {
  const stores = await Promise.all([store(), store(), store()]);
  const sums = await Promise.all(Array.from({ length: 300 }, (_, i) => stores[i % 3]?.counter('shared').add(1)));
  expect(sums.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
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
