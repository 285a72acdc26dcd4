import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countersStream } from '../counter/counters-stream.ts';
import { type Fate, MemoryJetStream, memoryStore } from '../testing/index.ts';
import type { RateOptions, Taken } from './rate-limit.ts';

/** One rate in several processes at one broker. */
async function processes(count: number, options: RateOptions) {
  const clock = new VirtualClock();
  const server = new MemoryJetStream(clock);
  const stores = Array.from({ length: count }, (_, i) =>
    memoryStore({ clock, random: new SeededRandom(i + 1), server }),
  );
  await stores[0]?.provision([countersStream]);
  const rates = stores.map((store) => store.rateLimit('model', { ...options, sharers: () => count }));
  const passing = <T>(work: Promise<T>): Promise<T> => clock.through(work, 1);
  const take = (i: number, n?: number): Promise<Taken> => {
    const rate = rates[i % count];
    if (rate === undefined) throw new RangeError(`no process ${i}`);
    return passing(rate.take(n));
  };
  return { clock, stores, take };
}

/** Takes one token after the other until there is none; how many there were. */
async function drain(take: (i: number) => Promise<Taken>, processCount: number): Promise<number> {
  let taken = 0;
  for (let i = 0; i < processCount; i++) while ((await take(i)).ok) taken += 1;
  return taken;
}

test('a burst is there at once, then the rate, and what nobody took is lost beyond the burst', async () => {
  const { clock, take } = await processes(1, { perSecond: 10, burst: 20 });
  expect(await drain(take, 1)).toBe(20);
  expect(await take(0)).toMatchObject({ ok: false, retryAfterMs: expect.any(Number) });
  await clock.advance(1_000);
  expect(await drain(take, 1)).toBe(10);
  await clock.advance(3_600_000);
  expect(await drain(take, 1)).toBe(20);
});

test('several processes share the burst and the rate', async () => {
  const { clock, take } = await processes(3, { perSecond: 1, burst: 60 });
  expect(await drain(take, 3)).toBe(60);
  await clock.advance(30_000);
  expect(await drain(take, 3)).toBe(30);
});

test('several tokens are taken all or none', async () => {
  const { clock, take } = await processes(1, { perSecond: 2, burst: 5 });
  expect(await take(0, 4)).toEqual({ ok: true });
  expect(await take(0, 4)).toMatchObject({ ok: false });
  expect(await take(0, 1)).toEqual({ ok: true });
  await clock.advance(2_000);
  expect(await take(0, 4)).toEqual({ ok: true });
});

test('whoever waits as long as it was told gets its tokens, if nobody else takes them', async () => {
  const rate = fc.record({
    perSecond: fc.double({ min: 0.1, max: 2_000, noNaN: true }),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  await fc.assert(
    fc.asyncProperty(rate, fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 12 }), async (options, wishes) => {
      const { clock, take } = await processes(1, options);
      for (const wish of wishes) {
        const n = Math.min(wish, options.burst);
        const first = await take(0, n);
        if (first.ok) continue;
        await clock.advance(first.retryAfterMs);
        expect(await take(0, n)).toEqual({ ok: true });
      }
    }),
    { numRuns: 60 },
  );
});

test('never more than the burst and what the time allows, whoever takes and whatever answers are lost', async () => {
  const step = fc.record({ process: fc.nat(3), n: fc.integer({ min: 1, max: 8 }), waitMs: fc.nat(700) });
  const fate = fc.constantFrom<Fate>('pass', 'pass', 'pass', 'pass', 'lose_answer');
  const options = { perSecond: 20, burst: 8 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 40 }),
      fc.array(fate, { minLength: 1, maxLength: 20 }),
      async (steps, fates) => {
        const { clock, stores, take } = await processes(4, options);
        let turn = 0;
        for (const { broker } of stores) broker.fates = () => fates[turn++ % fates.length] ?? 'pass';
        let shared = 0;
        const from = clock.now();
        for (const { process, n, waitMs } of steps) {
          const taken = await take(process, n);
          if (taken.ok && !taken.degraded) shared += n;
          expect(shared).toBeLessThanOrEqual(options.burst + (options.perSecond * (clock.now() - from)) / 1000);
          await clock.advance(waitMs);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('out of reach of the count a process keeps to its part of the rate and says so, until the count is back', async () => {
  const { clock, stores, take } = await processes(2, { perSecond: 10, burst: 10 });
  for (const { broker } of stores) broker.fates = () => 'lose_request';
  const alone = await take(0);
  expect(alone).toEqual({ ok: true, degraded: true });
  let taken = 1;
  for (let answer = await take(0); answer.ok; answer = await take(0)) taken += 1;
  expect(taken).toBe(5);
  expect(await take(0)).toMatchObject({ ok: false, degraded: true });
  for (const { broker } of stores) broker.fates = () => 'pass';
  await clock.advance(1_000);
  expect(await take(0)).toEqual({ ok: true });
});

test('what could never be granted is refused with the reason', async () => {
  const { stores, take } = await processes(1, { perSecond: 1, burst: 3 });
  await expect(take(0, 4)).rejects.toMatchObject({ code: 'invalid_value' });
  await expect(take(0, 0.5)).rejects.toMatchObject({ code: 'invalid_value' });
  const [store] = stores;
  expect(() => store?.rateLimit('a b', { perSecond: 1, burst: 1 })).toThrow(/no name/);
  expect(() => store?.rateLimit('a', { perSecond: 0, burst: 1 })).toThrow(/perSecond is 0/);
  expect(() => store?.rateLimit('a', { perSecond: 1, burst: 1.5 })).toThrow(/burst is 1.5/);
});
