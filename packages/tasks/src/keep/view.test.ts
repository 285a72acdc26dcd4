import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { streamAsset } from '@seedcore/store';
import { memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { View } from './view.ts';

const bytes = (n: number) => new TextEncoder().encode(String(n));

async function viewed(most: number) {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1) });
  await store.provision([streamAsset('X', 'Numbers.', { subjects: ['x.>'], maxAgeMs: 0, perSubject: 1 })]);
  const put = (name: string, n: number) => store.broker.write(`test.x.${name}`, bytes(n));
  const read = ({ body }: { body: Uint8Array }) => Number(new TextDecoder().decode(body)) || undefined;
  const view = new View(store.broker, { stream: 'SC_test_X', filter: 'test.x.>', read, most });
  const seen = async () => {
    await clock.advance(10);
    return Object.fromEntries(view.entries().map(([subject, n]) => [subject.slice(7), n]));
  };
  return { clock, store, put, view, seen };
}

test('it holds the newest of each subject, and not what is not to be kept', async () => {
  const { put, seen } = await viewed(10);
  await put('a', 1);
  await put('b', 2);
  expect(await seen()).toEqual({ a: 1, b: 2 });
  await put('a', 3);
  await put('b', 0);
  expect(await seen()).toEqual({ a: 3 });
});

test('it forgets what somebody found gone, but not what came in its place', async () => {
  const { put, view, seen } = await viewed(10);
  await put('a', 1);
  await put('b', 2);
  await seen();
  await put('b', 3);
  await seen();
  view.forget('test.x.a', 1);
  view.forget('test.x.b', 2);
  expect(await seen()).toEqual({ b: 3 });
});

test('it never holds more than it may, and reads what it left out once there is room', async () => {
  const { put, seen, clock } = await viewed(4);
  for (let i = 1; i <= 6; i++) await put(`n${i}`, i);
  expect(Object.keys(await seen())).toHaveLength(4);
  for (let i = 1; i <= 4; i++) await put(`n${i}`, 0);
  await seen();
  await clock.advance(10);
  expect(await seen()).toEqual({ n5: 5, n6: 6 });
});
