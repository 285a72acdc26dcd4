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
    expect(targetStatus({ stack: { ...idle, inFlight, queued } })).toBe(status);
  });

  test('failed while its breaker is open, with the time until it is tried again', () => {
    const breaker = { ...idle.breaker, state: 'open', reason: 'run', until: 5_400 } as const;
    const tally = new CallTally();
    const seen = { stack: { ...idle, breaker }, tally, now: 400 };
    expect(targetReport('ml.chat', seen)).toMatchObject({
      status: 'failed',
      breaker: { reason: 'run', open_ms: 5_000 },
    });
  });
});

test('an isolated target is failed, and says that an operator did it', () => {
  const stack = new Stack('ml.chat', {}, { clock: new VirtualClock(), random: new SeededRandom(1) });
  stack.override('isolate');
  stack.suspect(true);
  const seen = { stack: stack.status(), tally: new CallTally(), now: 0 };
  expect(targetReport('ml.chat', seen)).toMatchObject({
    status: 'failed',
    breaker: { state: 'open', reason: 'isolate', override: 'isolate', suspect: true },
  });
});

test('tokens that are nearly spent limit a target, and instances are shown', async () => {
  const clock = new VirtualClock();
  const tokens = { burst: 5, perSecond: 1, perMinute: 60 };
  const stack = new Stack('ml.chat', { tokens }, { clock, random: new SeededRandom(1) });
  stack.assign([
    { id: 'a', standing: 'routable' },
    { id: 'b', standing: 'suspect' },
  ]);
  for (let i = 0; i < 5; i++) await stack.run(async () => i);
  const report = targetReport('ml.chat', { stack: stack.status(), tally: new CallTally(), now: 0 });
  expect(report).toMatchObject({ status: 'overloaded', tokens: { level: 0, spent_in_minute: 5 }, panic: false });
  expect(report.instances.map(({ id, state, own }) => [id, state, own])).toEqual([
    ['a', 'routable', 0],
    ['b', 'suspect', 0],
  ]);
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
