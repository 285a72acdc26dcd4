import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bucketAsset } from '../asset.ts';
import { MemoryJetStream, memoryStore } from '../testing/index.ts';
import { RecentWrites } from './recent-writes.ts';

const spec = { name: 'accounts', schema: z.strictObject({ n: z.int() }), version: 1 };
const add = (now: { n: number } | undefined) => ({ n: (now?.n ?? 0) + 1 });
const recent = { recent: true };

/** Buckets of two processes at one broker; `reads` counts what the first one asks the leader for. */
async function twoProcesses() {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const [mine, other] = [1, 2].map((seed) => memoryStore({ clock, random: new SeededRandom(seed), server }));
  if (mine === undefined || other === undefined) throw new Error('two processes');
  await mine.provision([bucketAsset('accounts', 'Money.')]);
  let reads = 0;
  const last = mine.broker.last.bind(mine.broker);
  mine.broker.last = (stream, subject) => {
    reads += 1;
    return last(stream, subject);
  };
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work);
  return { mine: mine.bucket(spec), other: other.bucket(spec), reads: () => reads, passing };
}

test('a change in a row of one process reads once', async () => {
  const { mine, reads } = await twoProcesses();
  await mine.update('a', add, recent);
  const { value, rev } = await mine.update('a', add, recent);
  expect(value).toEqual({ n: 2 });
  expect(reads()).toBe(1);
  expect(await mine.get('a', { fresh: true })).toMatchObject({ value: { n: 2 }, rev });
});

test('store.S1: what somebody else wrote between is seen', async () => {
  const { mine, other, passing } = await twoProcesses();
  await mine.update('a', add, recent);
  await other.update('a', () => ({ n: 10 }));
  expect(await passing(mine.update('a', add, recent))).toMatchObject({ value: { n: 11 } });
});

test.each([
  ['is left alone', 'skip'],
  ['is removed', 'remove'],
] as const)('what %s is left to what the leader has', async (_, wish) => {
  const { mine, other } = await twoProcesses();
  await mine.update('a', add, recent);
  await other.update('a', () => ({ n: 10 }));
  const seen: (number | undefined)[] = [];
  await mine.update(
    'a',
    (now) => {
      seen.push(now?.n);
      return wish;
    },
    recent,
  );
  expect(seen.at(-1)).toBe(10);
});

test('what a change refuses is refused for what the leader has', async () => {
  const { mine, other } = await twoProcesses();
  await mine.update('a', add, recent);
  await other.update('a', () => ({ n: 10 }));
  const poor = (now: { n: number } | undefined) => {
    if ((now?.n ?? 0) < 5) throw new Error('too poor');
    return { n: 5 };
  };
  expect(await mine.update('a', poor, recent)).toMatchObject({ value: { n: 5 } });
});

test('a plain update reads, and what was remembered is forgotten with it', async () => {
  const { mine, reads } = await twoProcesses();
  await mine.update('a', add, recent);
  await mine.update('a', add);
  await mine.update('a', add, recent);
  expect(reads()).toBe(3);
});

test('only the newest keys are remembered', () => {
  const written = { value: 1, rev: 1, at: new Date(0), writes: [], ttlMs: undefined, version: 0 };
  const writes = new RecentWrites<number>();
  for (let i = 0; i <= 256; i++) writes.keep(`k${i}`, written);
  expect(writes.take('k0')).toBeUndefined();
  expect(writes.take('k1')).toBe(written);
  expect(writes.take('k1')).toBeUndefined();
});
