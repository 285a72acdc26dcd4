import { newTrace, OpenCall } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attemptBudget, MAX_BUDGET_MS, receiveDeadline, sendBudget } from './deadline.ts';

test('mesh.G1: 2000 ms at the caller become 1996 on the wire, 1965 in the handler, 500 or 1925 in a child', () => {
  const header = sendBudget(2_000, 4);
  const queuedMs = 30;
  const clock = new VirtualClock({ now: queuedMs });
  const random = new SeededRandom(1);
  const call = new OpenCall(
    {
      id: '01k9zx3v9m0000000000000000',
      target: 'ml.chat',
      deadlineAt: receiveDeadline(0, header, 1),
      trace: newTrace(random),
      chain: [],
      attempt: 1,
      criticality: 'important',
    },
    { clock, random },
  );
  expect(header).toBe(1_996);
  expect(call.left()).toBe(1_965);
  expect(call.child(500).left()).toBe(500);
  expect(call.child(5_000).left()).toBe(1_925);
});

test('the way never costs more than a tenth of what is left, nor more than 50 ms', () => {
  expect(sendBudget(100, 400)).toBe(90);
  expect(sendBudget(10_000, 400)).toBe(9_950);
  expect(sendBudget(1, 2)).toBe(0);
});

test('no request may claim more than ten minutes', () => {
  expect(receiveDeadline(1_000, 99_999_999, 0)).toBe(1_000 + MAX_BUDGET_MS);
});

test('an attempt gets all that is left while the target is unknown, then its share or what the target needs', () => {
  expect(attemptBudget(900, 3, undefined)).toBe(900);
  expect(attemptBudget(900, 3, 50)).toBe(300);
  expect(attemptBudget(900, 3, 500)).toBe(500);
  expect(attemptBudget(900, 3, 5_000)).toBe(900);
  expect(attemptBudget(900, 1, 50)).toBe(900);
});

test('no budget is ever larger than what it was cut from', () => {
  const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(ms, ms, fc.integer({ min: 1, max: 9 }), (left, other, attempts) => {
      expect(sendBudget(left, other)).toBeLessThanOrEqual(left);
      expect(attemptBudget(left, attempts, other)).toBeLessThanOrEqual(left);
    }),
  );
});
