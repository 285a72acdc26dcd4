import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { Stack } from '@seedcore/resilience';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallTally } from './call-tally.ts';
import { targetReport, targetStatus } from './resources.ts';

const idle = new Stack('ml.chat', {}, { clock: new VirtualClock(), random: new SeededRandom(1) }).status();

describe('the status of a target', () => {
  test.each([
    ['available', 17, 0],
    ['limited', 18, 0],
    ['overloaded', 23, 0],
    ['limited', 0, 70],
    ['overloaded', 0, 90],
  ])('%s with %i of 25 slots and %i of 100 places in line taken', (status, inFlight, queued) => {
    expect(targetStatus({ stack: { ...idle, inFlight, queued }, queue: 100 })).toBe(status);
  });

  test('failed while its breaker is open, with the time until it is tried again', () => {
    const breaker = { ...idle.breaker, state: 'open', reason: 'run', until: 5_400 } as const;
    const tally = new CallTally();
    const seen = { stack: { ...idle, breaker }, tally, queue: 100, now: 400 };
    expect(targetReport('ml.chat', seen)).toMatchObject({
      status: 'failed',
      breaker: { reason: 'run', open_ms: 5_000 },
    });
  });
});

test('a tally counts all calls and rates the newest 256', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 600 }), (answers) => {
      const tally = new CallTally();
      for (const answered of answers) tally.add(answered);
      const newest = answers.slice(-256);
      const expected = newest.length === 0 ? 1 : newest.filter(Boolean).length / newest.length;
      expect([tally.total, tally.successRate]).toEqual([answers.length, expect.closeTo(expected, 12)]);
    }),
  );
});
