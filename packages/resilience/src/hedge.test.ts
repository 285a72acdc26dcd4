import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HedgeBudget, HedgeRace } from './hedge.ts';
import { LatencyEstimate } from './latency.ts';
import { RetryBudget } from './retry-budget.ts';

/** Budgets after so many calls at time 0. */
function budgets(calls: number) {
  const retries = new RetryBudget();
  const hedges = new HedgeBudget(retries);
  for (let i = 0; i < calls; i++) {
    retries.call(0);
    hedges.call(0);
  }
  return { retries, hedges };
}

test('mesh.G17: the second is sent at 80, its answer at 95 is the reply, and the next call gets none', () => {
  const latency = new LatencyEstimate();
  for (let i = 1; i <= 100; i++) latency.add(i <= 95 ? 80 : 500);
  const p95Ms = latency.quantile(0.95) ?? 0;
  const { hedges } = budgets(100);
  expect(hedges.take(0)).toBe(true);

  const race = new HedgeRace('a');
  expect([p95Ms, race.silence('b', hedges, p95Ms)]).toEqual([80, true]);
  expect([race.answer('second'), race.loser(), race.answer('first')]).toEqual([true, 'first', false]);
  hedges.call(100);
  expect(new HedgeRace('a').silence('b', hedges, 100 + p95Ms)).toBe(false);
});

test('mesh.S25: one hedge at most, never to the same instance, none after an end', () => {
  const { hedges } = budgets(1_000);
  const race = new HedgeRace('a');
  expect(race.silence('a', hedges, 0)).toBe(false);
  expect(race.silence('b', hedges, 0)).toBe(true);
  expect(race.silence('c', hedges, 0)).toBe(false);
  const over = new HedgeRace('a');
  over.answer('first');
  expect([over.loser(), over.silence('b', hedges, 0)]).toEqual([undefined, false]);
});

test('a race fails when both have failed, and a failure of one leaves the other running', () => {
  const { hedges } = budgets(1_000);
  const race = new HedgeRace('a');
  race.silence('b', hedges, 0);
  expect([race.failed('first'), race.failed('first'), race.answer('second'), race.loser()]).toEqual([
    false,
    false,
    true,
    undefined,
  ]);
  expect(new HedgeRace('a').failed('first')).toBe(true);
});

test('hedges pay from the retry budget: when retries have spent it there is none', () => {
  const { retries, hedges } = budgets(500);
  while (retries.take(0)) retries.send(0);
  expect(hedges.take(0)).toBe(false);
  expect(retries.used(0)).toBe(103);
});

test('mesh.S9: retries and hedges together stay within the budget, hedges within a fiftieth of the calls', () => {
  const event = fc.record({
    wait: fc.nat(900),
    kind: fc.constantFrom('call', 'call', 'call', 'hedge', 'retry', 'drop'),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), fc.nat(300), (events, calls) => {
      const { retries, hedges } = budgets(calls);
      let now = 0;
      for (const { wait, kind } of events) {
        now += wait;
        const before = retries.used(now);
        if (kind === 'call') {
          retries.call(now);
          hedges.call(now);
        } else if (kind === 'drop') retries.drop();
        else if (kind === 'hedge' ? hedges.take(now) : retries.take(now)) {
          expect(before).toBeLessThan(retries.allowed(now));
          expect(retries.used(now)).toBe(before + 1);
        }
      }
    }),
  );
});
