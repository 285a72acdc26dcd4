import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RetryBudget } from './retry-budget.ts';

const grants = (budget: RetryBudget, asks: number) => Array.from({ length: asks }, () => budget.take(0));

test('mesh.G3: three without calls, a fifth of the calls more, and an aborted waiter gives its unit back', () => {
  const budget = new RetryBudget();
  expect(grants(budget, 4)).toEqual([true, true, true, false]);
  budget.send(0);
  expect(grants(budget, 1)).toEqual([false]);
  for (let i = 0; i < 10; i++) budget.call(0);
  expect(grants(budget, 3)).toEqual([true, true, false]);
  budget.drop();
  expect(grants(budget, 1)).toEqual([true]);
});

test('mesh.S9, mesh.S10: whatever happens, a grant keeps used ≤ allowed, and used never goes below zero', () => {
  const event = fc.record({ wait: fc.nat(3_000), kind: fc.constantFrom('call', 'take', 'send', 'drop') });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), (events) => {
      const budget = new RetryBudget();
      let now = 0;
      for (const { wait, kind } of events) {
        now += wait;
        if (kind === 'call') budget.call(now);
        else if (kind === 'send') budget.send(now);
        else if (kind === 'drop') budget.drop();
        else if (budget.take(now)) expect(budget.used(now)).toBeLessThan(budget.allowed(now) + 1);
        expect(budget.used(now)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test('a retry counts for ten seconds', () => {
  const budget = new RetryBudget({ floor: 1 });
  budget.take(0);
  budget.send(0);
  expect(budget.take(9_999)).toBe(false);
  expect(budget.take(10_000)).toBe(true);
});
