import { type Clock, delay } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { askInTurns } from './ask-in-turns.ts';

const names = (n: number) => Array.from({ length: n }, (_, i) => `h${i}`);

/** Asks hosts that answer after so many ms; what came of it, when, and the most that were asked within one turn. */
async function run(clock: VirtualClock, hosts: Record<string, number>, { atOnce = 8, ms = 2000 } = {}) {
  const askedAt: number[] = [];
  const startedAt = clock.now();
  const answers = askInTurns(Object.keys(hosts), {
    clock,
    endsAt: startedAt + ms,
    atOnce,
    ask: async (host) => {
      askedAt.push(clock.now() - startedAt);
      await answerAfter(clock, hosts[host] ?? 0);
      return host;
    },
  }).then((found) => ({ found: [...found.keys()], tookMs: clock.now() - startedAt, askedAt }));
  for (let passed = 0; passed < ms + 100; passed += 10) await clock.advance(10);
  return answers;
}

const answerAfter = (clock: Clock, ms: number) =>
  ms === Number.POSITIVE_INFINITY ? new Promise(() => {}) : delay(clock, ms);
const hung = (n: number) => Object.fromEntries(names(n).map((name) => [name, Number.POSITIVE_INFINITY]));

test.each([8, 64])(
  'organism.A2: a hundred hosts that hang, %i at once, end at the time that was fixed',
  async (atOnce) => {
    const { found, tookMs, askedAt } = await run(new VirtualClock(), hung(100), { atOnce });
    expect([found.length, askedAt.length]).toEqual([0, 100]);
    expect(tookMs).toBeLessThanOrEqual(2200);
    expect(tookMs).toBeGreaterThanOrEqual(2000);
  },
);

test('those that answer at once do not wait for those that hang', async () => {
  const { found } = await run(new VirtualClock(), { ...hung(50), quick: 1, quicker: 0 }, { atOnce: 4 });
  expect(found.sort()).toEqual(['quick', 'quicker']);
});

test('when all have answered it is over', async () => {
  const { found, tookMs } = await run(new VirtualClock(), { a: 20, b: 10 });
  expect([found.sort(), tookMs]).toEqual([['a', 'b'], 20]);
});

test('an answer that comes after the turn and before the end counts', async () => {
  const { found } = await run(new VirtualClock(), { slow: 900, ...hung(9) }, { atOnce: 2 });
  expect(found).toEqual(['slow']);
});

test('no more than so many have the turn at once', async () => {
  const { askedAt } = await run(new VirtualClock(), hung(6), { atOnce: 2, ms: 600 });
  expect(askedAt).toEqual([0, 0, 200, 200, 400, 400]);
});

test('nobody to ask is over at once', async () => {
  expect(await run(new VirtualClock(), {})).toMatchObject({ found: [], tookMs: 0 });
});
