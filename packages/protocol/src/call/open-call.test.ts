import { expect, test } from 'vitest';
import { MeshError, newTrace, OpenCall } from '../index.ts';
import { SeededRandom, VirtualClock } from '../testing/index.ts';

function open(left: number) {
  const clock = new VirtualClock({ now: 1000 });
  const random = new SeededRandom(7);
  const seed = {
    id: 'c',
    target: 'ml.chat',
    deadlineAt: 1000 + left,
    trace: newTrace(random),
    chain: [],
    attempt: 1,
    criticality: 'important' as const,
  };
  return { clock, call: new OpenCall(seed, { clock, random }) };
}

test('a child never outlives its parent and leaves it time to answer (G1)', () => {
  const { call } = open(1965);
  expect(call.child(500).left()).toBe(500);
  expect(call.child(5000).left()).toBe(1925);
});

test('the signal aborts at the deadline, and no timer exists before it is read', async () => {
  const { clock, call } = open(100);
  expect(clock.pending).toBe(0);
  const { signal } = call;
  await clock.advance(100);
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: 'deadline_exceeded' });
});

test('a cancel reaches everything done on the call’s behalf, before or after', () => {
  const { call } = open(100);
  const before = call.child().signal;
  const reason = new MeshError('cancelled', { target: 'ml.chat' });
  call.abort(reason);
  expect([before.reason, call.child().signal.reason, call.signal.reason]).toEqual([reason, reason, reason]);
});

test('an ended call leaves no timer behind', () => {
  const { clock, call } = open(100);
  call.child().signal.throwIfAborted();
  call.signal.throwIfAborted();
  call.end();
  expect(clock.pending).toBe(0);
});
