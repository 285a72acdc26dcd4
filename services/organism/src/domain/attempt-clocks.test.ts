import { describe, expect, test } from 'vitest';
import {
  begun,
  type ClockState,
  callClosed,
  callOpened,
  dueIn,
  givenNow,
  limitsOf,
  ranOut,
  segment,
} from './attempt-clocks.ts';

const LIMITS = limitsOf({ timeoutMs: 600_000 });
/** A run whose skill began at 0. */
const fresh = begun(givenNow(0), 0);
const out = (state: ClockState, now: number, judgeSilence = true) =>
  ranOut(dueIn(state, LIMITS, { now }), { judgeSilence });

describe('organism.A8, the silent part', () => {
  test('silent from the start: 40 s after the warm-up of 30 s, so at 70 s', () => {
    expect(out(fresh, 69_999)).toBeUndefined();
    expect(out(fresh, 70_000)).toEqual({ clock: 'silent', sinceMs: 0 });
  });

  test('silent for 25 s, then healthy: never', () => {
    let state = segment(fresh, 25_000);
    for (let now = 25_000; now < 500_000; now += 5000) {
      expect(out(state, now)).toBeUndefined();
      state = segment(state, now);
    }
  });

  test('a call of 100 s under way is not silence; after its answer silence goes on from where it stood', () => {
    const asking = callOpened(segment(fresh, 60_000), 65_000);
    expect(out(asking, 165_000)).toBeUndefined();
    const answered = callClosed(asking, 130_000);
    expect(dueIn(answered, LIMITS, { now: 130_000 }).silent).toBe(35_000);
    expect(out(answered, 164_999)).toBeUndefined();
    expect(out(answered, 165_000)?.clock).toBe('silent');
  });

  test('of calls that overlap the last answer counts', () => {
    const two = callOpened(callOpened(segment(fresh, 40_000), 41_000), 50_000);
    const one = callClosed(two, 60_000);
    expect(dueIn(one, LIMITS, { now: 70_000 })).not.toHaveProperty('silent');
    expect(dueIn(callClosed(one, 71_000), LIMITS, { now: 71_000 }).silent).toBe(39_000);
  });

  test('a call within the warm-up takes nothing from the time after it', () => {
    const called = callClosed(callOpened(fresh, 1000), 20_000);
    expect(out(called, 70_000)?.clock).toBe('silent');
  });
});

test('idle runs whatever is open, 120 s after the last segment', () => {
  const asking = callOpened(segment(fresh, 1000), 2000);
  expect(out(asking, 120_999)).toBeUndefined();
  expect(out(asking, 121_000)?.clock).toBe('idle');
});

test('a skill that names a silence of its own has that for both, where it is longer', () => {
  expect(limitsOf({ timeoutMs: 1, silentMs: 15_000 })).toEqual({ silentMs: 15_000, idleMs: 120_000, runMs: 1 });
  expect(limitsOf({ timeoutMs: 1, silentMs: 300_000 })).toEqual({ silentMs: 300_000, idleMs: 300_000, runMs: 1 });
});

test('before its skill has begun only the start and the deadline are judged', () => {
  const given = givenNow(0);
  expect(dueIn(given, LIMITS, { now: 29_000, deadlineAt: 60_000 })).toEqual({ run: 1000, deadline: 31_000 });
});

test('the clock that ran out first is named; silence only while the host itself is heard', () => {
  expect(out(fresh, 130_000)).toEqual({ clock: 'silent', sinceMs: 60_000 });
  expect(out(fresh, 130_000, false)).toBeUndefined();
  expect(out(fresh, 600_000, false)).toEqual({ clock: 'run', sinceMs: 0 });
});
