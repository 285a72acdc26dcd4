import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Fate, MemoryJetStream, memoryStore } from '../testing/index.ts';
import { countersStream } from './counters-stream.ts';

/** Stores of several processes at one broker, with time that passes by itself while something is awaited. */
async function processes(count: number) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const stores = Array.from({ length: count }, (_, i) =>
    memoryStore({ clock, random: new SeededRandom(i + 1), server }),
  );
  await stores[0]?.provision([countersStream]);
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work);
  return { clock, stores, passing };
}

test('adding tells the sum, also of what is taken away; a repeat tells it and changes nothing', async () => {
  const { stores } = await processes(1);
  const counter = stores[0]?.counter('calls');
  expect(await counter?.read()).toBe(0);
  expect(await counter?.add(5)).toBe(5);
  expect(await counter?.add(-2, 'op-1')).toBe(3);
  expect(await counter?.add(4)).toBe(7);
  expect(await counter?.add(-2, 'op-1')).toBe(7);
  expect(await counter?.read()).toBe(7);
});

test('with a window it begins at 0 again, and what was counted before stays where it was', async () => {
  const { clock, stores } = await processes(1);
  const counter = stores[0]?.counter('calls', { windowMs: 60_000 });
  await clock.advance(60_000 - (clock.wallMs() % 60_000));
  expect(await counter?.add(3)).toBe(3);
  await clock.advance(59_999);
  expect(await counter?.read()).toBe(3);
  await clock.advance(1);
  expect(await counter?.read()).toBe(0);
  expect(await stores[0]?.counter('others', { windowMs: 60_000 }).add(1)).toBe(1);
});

test('durable.S6: however answers are lost, every addition of every process counts once', async () => {
  const fates = ['lose_answer', 'lose_request', 'pass', 'pass'] as const satisfies readonly Fate[];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 40 }), async (draws) => {
      const { stores, passing } = await processes(3);
      const drawn = [...draws];
      for (const store of stores) store.broker.fates = () => fates[drawn.shift() ?? 3] ?? 'pass';
      const sums = await passing(
        Promise.all(Array.from({ length: 30 }, (_, i) => stores[i % 3]?.counter('shared').add(1))),
      );
      expect(await stores[0]?.counter('shared').read()).toBe(30);
      expect(Math.max(...sums.map(Number))).toBe(30);
    }),
    { numRuns: 50 },
  );
});

test('while nobody answers it says that it may have counted, and while the link is down that it has not', async () => {
  const { stores, passing } = await processes(1);
  const [store] = stores;
  if (store === undefined) throw new Error('one process');
  store.broker.fates = () => 'lose_request';
  await expect(passing(store.counter('calls').add(1))).rejects.toMatchObject({ code: 'timeout' });
  store.broker.disconnect();
  await expect(store.counter('calls').add(1)).rejects.toMatchObject({ code: 'not_connected' });
});

test.each([['a.b'], ['a*'], [''], ['x'.repeat(65)]])('"%s" is no name of a counter', async (key) => {
  const { stores } = await processes(1);
  expect(() => stores[0]?.counter(key)).toThrow(expect.objectContaining({ code: 'invalid_key' }));
});

test.each([[1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53]])('%d cannot be added', async (by) => {
  const { stores } = await processes(1);
  await expect(stores[0]?.counter('calls').add(by)).rejects.toMatchObject({ code: 'invalid_value' });
});

test('a change is named by plain characters', async () => {
  const { stores } = await processes(1);
  await expect(stores[0]?.counter('calls').add(1, 'a\r\nb')).rejects.toMatchObject({ code: 'invalid_value' });
});
