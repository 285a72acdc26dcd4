import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Breaker } from './breaker.ts';
import { suspectBy } from './verdict.ts';

test('mesh.G22: one of one is no quorum, two of two are, two of five are not, three of five are', () => {
  expect([suspectBy(1, 1), suspectBy(2, 2), suspectBy(5, 2), suspectBy(5, 3)]).toEqual([false, true, false, true]);
});

test('mesh.S30: a verdict only lowers thresholds: it moves no state, and what opens a breaker opens a suspect one no later', () => {
  const outcome = fc.constantFrom('answer', 'slow', 'hard', 'soft', 'void');
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 40 }), fc.nat(10), (outcomes, callers) => {
      const [plain, suspect] = [false, true].map((suspected) => {
        const breaker = new Breaker({ next: () => 0.5 });
        if (suspected) breaker.suspect(suspectBy(callers, callers));
        expect(breaker.state).toBe('closed');
        const openedAt = outcomes.findIndex((one, at) => {
          breaker.settle(breaker.ask(at, 100), one, at);
          return breaker.state === 'open';
        });
        return openedAt < 0 ? outcomes.length : openedAt;
      });
      expect(suspect).toBeLessThanOrEqual(plain ?? -1);
      if (callers < 2) expect(suspect).toBe(plain);
    }),
  );
});
