import { isMeshErrorCode, meshErrors } from '@seedcore/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs, defaultBackoff, hintedMs, modelBackoff, seedBackoff } from './backoff.ts';
import { decideRetry, defaultRetry, type Failed } from './retry.ts';
import { RetryBudget } from './retry-budget.ts';

const FAILED: Failed = {
  attempt: 1,
  code: 'no_responder',
  idempotent: true,
  incomingAttempt: 1,
  leftMs: 1_000,
  p50Ms: 20,
  retryAfterMs: undefined,
};
const decide = (failed: Partial<Failed>, budget = new RetryBudget()) =>
  decideRetry({ ...FAILED, ...failed }, defaultRetry, { budget, now: 0, r: 0.5 });

test('mesh.G2: waits 25, then the hint of 250, then stops; waits double up to the cap, hints count within 5 s, time must be left', () => {
  expect(decide({})).toEqual({ waitMs: 25 });
  expect(decide({ attempt: 2, code: 'overloaded', retryAfterMs: 250 })).toEqual({ waitMs: 250 });
  expect(decide({ attempt: 3, code: 'timeout' })).toEqual({ stop: 'attempts_spent' });
  const waits = [1, 2, 3, 4, 5, 6, 7].map((n) => backoffMs(defaultBackoff, n, 0.5));
  expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1_000]);
  expect([250, 9_000, 10, undefined].map((hint) => hintedMs(25, hint))).toEqual([250, 5_025, 25, 25]);
  expect(decide({ leftMs: 40 })).toEqual({ stop: 'no_time_left' });
});

test('what may have run is repeated only when idempotent, what did not run always', () => {
  expect(decide({ code: 'timeout', idempotent: false })).toEqual({ stop: 'not_idempotent' });
  expect(decide({ code: 'internal', idempotent: false })).toEqual({ stop: 'not_idempotent' });
  expect(decide({ code: 'no_responder', idempotent: false })).toEqual({ waitMs: 25 });
});

test('a spent budget stops, and a stop takes nothing from it', () => {
  const budget = new RetryBudget({ floor: 1 });
  expect(decide({ leftMs: 10 }, budget)).toEqual({ stop: 'no_time_left' });
  expect(decide({}, budget)).toEqual({ waitMs: 25 });
  expect(decide({}, budget)).toEqual({ stop: 'budget_spent' });
});

test('mesh.S7: a declared failure never comes here, and its neighbours in the table are not retried', () => {
  const never = Object.keys(meshErrors)
    .filter(isMeshErrorCode)
    .filter((code) => 'stop' in decide({ code }));
  expect(never).toEqual([
    'bad_request',
    'forbidden',
    'unknown_endpoint',
    'cancelled',
    'cycle_refused',
    'circuit_open',
    'bulkhead_full',
    'throttled',
    'bad_reply',
  ]);
});

test('mesh.S8: a call made inside a retry is not retried', () => {
  expect(decide({ incomingAttempt: 2 })).toEqual({ stop: 'retry_of_a_retry' });
});

test('mesh.S6: attempts stay within the maximum, and waits leave the time an attempt needs', () => {
  const codes = Object.keys(meshErrors).filter(isMeshErrorCode);
  const failed = fc.record({
    attempt: fc.integer({ min: 1, max: 5 }),
    code: fc.constantFrom(...codes),
    idempotent: fc.boolean(),
    incomingAttempt: fc.integer({ min: 1, max: 3 }),
    leftMs: fc.double({ min: 0, max: 10_000, noNaN: true }),
    p50Ms: fc.nat(1_000),
    retryAfterMs: fc.option(fc.nat(20_000), { nil: undefined }),
  });
  fc.assert(
    fc.property(failed, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, r) => {
      const decision = decideRetry(one, defaultRetry, { budget: new RetryBudget(), now: 0, r });
      if ('stop' in decision) return;
      expect(one.attempt).toBeLessThan(defaultRetry.max);
      expect(one.leftMs - decision.waitMs).toBeGreaterThanOrEqual(one.p50Ms);
      expect(meshErrors[one.code].retried).not.toBe('never');
    }),
  );
});

test('model providers get half a second doubling to twenty, the profile seed never less than half a step', () => {
  expect([1, 2, 7].map((n) => backoffMs(modelBackoff, n, 0.5))).toEqual([250, 500, 10_000]);
  expect([0, 0.5, 0.999].map((r) => backoffMs(seedBackoff, 1, r))).toEqual([500, 750, 999]);
  expect(backoffMs(seedBackoff, 9, 0)).toBe(2_500);
});
