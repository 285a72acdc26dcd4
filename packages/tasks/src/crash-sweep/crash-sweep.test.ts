import { ok } from '@seedcore/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import type { Deaths } from '../testing/index.ts';
import type { OutsideWorld } from './outside-world.ts';
import { type Outcome, play, type Scenario } from './scenario.ts';
import { scenarios } from './scenarios.ts';

const fates = ['die', 'die_after'] as const;

describe.each(scenarios)('$name', (scenario: Scenario) => {
  test('tasks.T1 tasks.T2 tasks.T3: whichever process dies before or after whichever write, it comes out as if none had', async () => {
    const { outcome: calm, bench } = await play(scenario);
    expect(calm).toMatchObject({ broken: [], left: [], reported: [] });
    expect(calm.results).toEqual(calm.records);
    for (const [i, write] of bench.writes.entries())
      for (const fate of fates) {
        const { outcome, bench: struck } = await play(scenario, new Map([[i + 1, fate]]));
        expect(struck.died).toBe(1);
        expect(outcome, `${fate} at ${i + 1}: ${write}`).toEqual(calm);
      }
  });

  test('and so it does when several die, at writes drawn by lot', async () => {
    const { outcome: calm, bench } = await play(scenario);
    const at = fc.integer({ min: 1, max: 2 * bench.writes.length });
    const deaths = fc.array(fc.tuple(at, fc.constantFrom(...fates)), { minLength: 2, maxLength: 4 });
    const check = async (drawn: readonly (readonly [number, (typeof fates)[number]])[]) => {
      const { outcome } = await play(scenario, new Map(drawn) satisfies Deaths);
      expect(outcome).toEqual(calm);
    };
    await fc.assert(fc.asyncProperty(deaths, check), { numRuns: 20 });
  });
});

/** One task that does something to a world which knows no keys, played with a death at every write. */
async function paying(handler: (world: OutsideWorld) => Handler): Promise<readonly Outcome[]> {
  const scenario: Scenario = {
    name: 'paying',
    handlers: (world) => ({ pay: handler(world) }),
    calls: [(tasks) => tasks.submit({ id: 'a', type: 'pay' }), (tasks) => tasks.wait('a', { timeoutMs: 500_000 })],
    tasks: ['a'],
  };
  const { bench } = await play(scenario);
  const deaths = bench.writes.flatMap((_, i) => fates.map((fate) => new Map([[i + 1, fate]]) satisfies Deaths));
  return Promise.all(deaths.map(async (one) => (await play(scenario, one)).outcome));
}

test('tasks.T3: what nobody can look for is done at most once, and where that is in doubt the task says so', async () => {
  const outcomes = await paying((world) => async (_params, task) => {
    return ok(await task.effect('pay', { run: (key) => world.blind(key) }));
  });
  const ends = outcomes.map(({ results: [result], done }) => `${result?.state} ${result?.value} ${done['a/pay'] ?? 0}`);
  expect(new Set(ends)).toEqual(
    new Set(['succeeded done a/pay 1', 'failed effect_unknown 0', 'failed effect_unknown 1']),
  );
});

test('tasks.T4 organism.A4, in part: what an attempt leaves to be delivered arrives if its end was written, and of no other attempt anything does', async () => {
  const delivered: string[] = [];
  const scenario: Scenario = {
    name: 'telling',
    handlers: () => ({ tell: async (_params, task) => ({ ok: true, value: task.epoch, ext: `of ${task.epoch}` }) }),
    deliver: () => async (left) => {
      delivered.push(`${left.id}.${left.gen} ${left.epoch} ${String(left.ext)}`);
    },
    calls: [(tasks) => tasks.submit({ id: 'a', type: 'tell' }), (tasks) => tasks.wait('a', { timeoutMs: 500_000 })],
    tasks: ['a'],
  };
  const { bench } = await play(scenario);
  const epochs = new Set<unknown>();
  for (const [i] of bench.writes.entries())
    for (const fate of fates) {
      delivered.splice(0);
      const { outcome } = await play(scenario, new Map([[i + 1, fate]]));
      const won = outcome.results[0]?.value;
      expect(new Set(delivered), `${fate} at ${i + 1}`).toEqual(new Set([`a.1 ${won} of ${won}`]));
      epochs.add(won);
    }
  expect(epochs.size, 'some deaths came after a claim, and another attempt won').toBeGreaterThan(1);
});

test('a step that is no effect, before a world that knows no keys, is seen to be done twice', async () => {
  const outcomes = await paying((world) => async (_params, task) => {
    return ok(await task.step('pay', (key) => world.blind(key)));
  });
  expect(Math.max(...outcomes.map(({ done }) => done['a/pay'] ?? 0))).toBe(2);
});
