import type { Criticality } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

/** A throttle that saw so many requests in the last second, of which so many were accepted. */
function after(requests: number, accepts: number): Throttle {
  const throttle = new Throttle(new SeededRandom(1));
  for (let i = 0; i < requests; i++) throttle.settle(i < accepts ? 'answer' : 'soft', 0);
  return throttle;
}

test('mesh.G14: the share refused, by requests and accepts', () => {
  const share = (requests: number, accepts: number, criticality: Criticality = 'important') =>
    Number(after(requests, accepts).probability(criticality, 0).toFixed(3));
  expect(share(100, 100)).toBe(0);
  expect(share(100, 30)).toBe(0.396);
  expect(share(100, 30, 'critical')).toBe(0);
  expect(share(100, 10)).toBe(0.792);
  expect(share(1_000, 0)).toBe(0.9);
});

test('mesh.S23: nothing is refused while accepts ≥ requests ÷ K, and a tenth always passes', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), (accepts, others) => {
      const throttle = after(accepts + others, accepts);
      for (const [criticality, k] of [
        ['critical', 4],
        ['important', 2],
      ] as const) {
        const p = throttle.probability(criticality, 0);
        if (accepts + others < 20 || accepts >= (accepts + others) / k) expect(p).toBe(0);
        else expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(0.9);
      }
    }),
  );
});

test('mesh.S4: what never ran moves no counter', () => {
  const throttle = after(100, 20);
  const before = throttle.probability('important', 0);
  for (let i = 0; i < 1_000; i++) throttle.settle('void', 0);
  expect(throttle.probability('important', 0)).toBe(before);
});

test('only a refusal of the target is no accept', () => {
  const throttle = new Throttle({ next: () => 0 });
  for (let i = 0; i < 30; i++) throttle.settle((['answer', 'slow', 'hard'] as const)[i % 3] ?? 'void', 0);
  expect(throttle.refuses('important', 0)).toBe(false);
});

test('chance decides, a call refused here counts as a request, and thirty seconds later all is forgotten', () => {
  const draws = [0.78, 0.8, 0.792];
  const throttle = new Throttle({ next: () => draws.shift() ?? 1 });
  for (let i = 0; i < 100; i++) throttle.settle(i < 10 ? 'answer' : 'soft', 0);
  expect([1, 2, 3].map(() => throttle.refuses('important', 0))).toEqual([true, false, true]);
  expect(throttle.probability('important', 0)).toBe((102 - 20) / 103);
  expect(throttle.probability('important', 29_999)).toBeGreaterThan(0);
  expect(throttle.probability('important', 30_000)).toBe(0);
});

test('a single refusal, or a few, are no habit: nothing is refused below twenty requests', () => {
  expect(after(19, 0).probability('important', 0)).toBe(0);
  expect(after(20, 0).probability('important', 0)).toBe(0.9);
});
