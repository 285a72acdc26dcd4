import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import type { Decision } from '../decision.ts';
import type { Attempt } from './operation.ts';
import { Stack } from './stack.ts';

const failure = (code: 'internal' | 'no_responder' | 'bad_request') => new MeshError(code, { target: 'ml.chat' });
const never = () => new Promise<never>(() => {});

/** A stack on a virtual clock, what it decided when, and when its attempts were made. */
function watched(seed = 5) {
  const clock = new VirtualClock();
  const told: { readonly at: number; readonly what: string }[] = [];
  const attempts: number[] = [];
  const observe = (_target: string, { layer, decision }: Decision) =>
    told.push({ at: clock.now(), what: `${layer} ${decision}` });
  const stack = new Stack('ml.chat', { idempotent: true }, { clock, random: new SeededRandom(seed), observe });
  const counted =
    <T>(work: (attempt: Attempt<T>) => Promise<T>) =>
    (attempt: Attempt<T>) => {
      attempts.push(clock.now());
      return work(attempt);
    };
  const count = (what: string) => told.filter((one) => one.what === what).length;
  return { clock, stack, told, attempts, counted, count };
}

test('mesh.A15: in a total outage at 100 calls/s there are at most 1.2 attempts per call and three, in any ten seconds', async () => {
  const { clock, stack, attempts, counted } = watched();
  const calls: number[] = [];
  for (let i = 0; i < 3_000; i++) {
    calls.push(clock.now());
    stack
      .run(
        counted(async () => {
          throw failure('no_responder');
        }),
      )
      .catch(() => undefined);
    await clock.advance(10);
  }
  await clock.advance(5_000);
  const within = (times: readonly number[], from: number) => times.filter((at) => at >= from && at < from + 10_000);
  for (let from = 0; from < 30_000; from += 500)
    expect(within(attempts, from).length).toBeLessThanOrEqual(
      1.2 * within(calls, Math.max(0, from - 1_000)).length + 3,
    );
});

describe('mesh.A16:', () => {
  test('ten thousand bad requests of one caller leave the breaker closed', async () => {
    const { stack, count } = watched();
    for (let i = 0; i < 10_000; i++)
      await stack
        .run(async () => {
          throw failure('bad_request');
        })
        .catch(() => undefined);
    expect([stack.status().breaker.state, count('breaker open')]).toEqual(['closed', 0]);
  });

  test('a hanging target opens after five attempts, is probed at most three times per opening, and serves a second after it has recovered', async () => {
    const { clock, stack, told, attempts, counted } = watched();
    let hangs = true;
    const work = counted(() => (hangs ? never() : Promise.resolve('served')));
    for (let i = 0; i < 5; i++) stack.run(work, { attempt: 2 }).catch(() => undefined);
    await clock.advance(5_010);
    expect(attempts).toHaveLength(5);
    expect(stack.status().breaker.state).toBe('open');
    for (let i = 0; i < 120; i++) {
      stack.run(work, { attempt: 2 }).catch(() => undefined);
      await clock.advance(500);
    }
    const openings = told.filter(({ what }) => what === 'breaker half_open').map(({ at }) => at);
    expect(openings.length).toBeGreaterThan(2);
    for (const [i, at] of openings.entries())
      expect(attempts.filter((made) => made >= at && made < (openings[i + 1] ?? Infinity)).length).toBeLessThanOrEqual(
        3,
      );
    hangs = false;
    await clock.advance(stack.status().breaker.until === undefined ? 5_010 : 72_000);
    const recovered = clock.now();
    while (stack.status().breaker.state !== 'closed' && clock.now() < recovered + 1_000) {
      await stack.run(work).catch(() => undefined);
      await clock.advance(100);
    }
    expect(await stack.run(work)).toBe('served');
  });
});

test('mesh.A17: with one of four instances four times slower, choosing halves p95 and raises throughput by a fifth', async () => {
  /** Sixteen callers for two minutes; every instance works on eight at a time, the rest wait. */
  async function measured(choose: boolean) {
    const { clock, stack } = watched(11);
    const random = new SeededRandom(3);
    const ids = ['a', 'b', 'c', 'd'];
    if (choose) stack.assign(ids.map((id) => ({ id, standing: 'routable' })));
    const took: number[] = [];
    const queue = new Map(ids.map((id) => [id, 0]));
    const work = ({ instance = ids[Math.floor(random.next() * 4)] ?? 'a' }: Attempt<string>) => {
      const busy = (queue.get(instance) ?? 0) + 1;
      queue.set(instance, busy);
      const ms = (instance === 'd' ? 40 : 10) * Math.max(1, busy / 2) * (0.5 + random.next());
      return new Promise<string>((resolve) =>
        clock.after(ms, () => {
          queue.set(instance, (queue.get(instance) ?? 1) - 1);
          resolve(instance);
        }),
      );
    };
    let over = false;
    const callers = Array.from({ length: 16 }, async () => {
      while (!over) {
        const from = clock.now();
        await stack.run(work);
        took.push(clock.now() - from);
      }
    });
    await clock.advance(60_000);
    took.length = 0;
    await clock.advance(60_000);
    over = true;
    await clock.advance(10_000);
    await Promise.all(callers);
    const sorted = took.toSorted((a, b) => a - b);
    return { calls: took.length, p95: sorted[Math.floor(0.95 * sorted.length)] ?? 0 };
  }
  const [group, chosen] = [await measured(false), await measured(true)];
  expect(chosen.p95).toBeLessThanOrEqual(0.5 * group.p95);
  expect(chosen.calls).toBeGreaterThanOrEqual(1.2 * group.calls);
});
