import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, afterEnd, type Breaker, closedBreaker, LOOK_AGAIN_MS, OPEN_MS } from './specialty-breaker.ts';

const LEASE_MS = 60_000;
const ask = (breaker: Breaker, run: string, now: number) => admit(breaker, { run, now, leaseMs: LEASE_MS });
const fail = (breaker: Breaker, times: number, now = 0): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((at) => afterEnd(at, { run: 'r', end: 'bad', now }), breaker);
/** Lets one run through, and ends it. */
function probe(breaker: Breaker, end: 'good' | 'bad', now: number): Breaker {
  const asked = ask(breaker, 'p', now);
  if (!asked.go) throw new Error(`closed for ${asked.waitMs} ms`);
  return afterEnd(asked.next ?? breaker, { run: 'p', end, now });
}

describe('organism.A12, the machine', () => {
  test('six failures in a row open it for 300 s, five and a success do not', () => {
    expect(fail(closedBreaker, 5)).toEqual({ state: 'closed', failures: 5 });
    const forgiven = afterEnd(fail(closedBreaker, 5), { run: 'r', end: 'good', now: 0 });
    expect(fail(forgiven, 5).state).toBe('closed');
    const open = fail(closedBreaker, 6);
    expect(ask(open, 'a', OPEN_MS - 1)).toEqual({ go: false, waitMs: 1 });
  });

  test('then one probe at a time; a second good one closes it, and a second storm opens it again', () => {
    const open = fail(closedBreaker, 6);
    const first = ask(open, 'a', OPEN_MS);
    if (!first.go || first.next === undefined) throw new Error('no probe');
    expect(ask(first.next, 'b', OPEN_MS + 1)).toEqual({ go: false, waitMs: LOOK_AGAIN_MS });
    expect(ask(first.next, 'a', OPEN_MS + 1)).toEqual({ go: true });
    const once = afterEnd(first.next, { run: 'a', end: 'good', now: OPEN_MS + 2 });
    expect(once.state).toBe('half_open');
    const closed = probe(once, 'good', OPEN_MS + 3);
    expect(closed).toEqual(closedBreaker);
    expect(fail(closed, 6, OPEN_MS + 4).state).toBe('open');
  });

  test('a failed probe opens it for another 300 s', () => {
    const again = probe(fail(closedBreaker, 6), 'bad', OPEN_MS);
    expect(ask(again, 'a', 2 * OPEN_MS - 1)).toEqual({ go: false, waitMs: 1 });
  });

  test('a probe that is not heard of again loses its place, and one that says nothing gives it back', () => {
    const first = ask(fail(closedBreaker, 6), 'a', OPEN_MS);
    if (!first.go || first.next === undefined) throw new Error('no probe');
    expect(ask(first.next, 'b', OPEN_MS + LEASE_MS).go).toBe(true);
    const given = afterEnd(first.next, { run: 'a', end: 'neither', now: OPEN_MS + 1 });
    expect(ask(given, 'b', OPEN_MS + 2).go).toBe(true);
  });

  test('runs from before it opened change nothing', () => {
    const open = fail(closedBreaker, 6);
    for (const end of ['good', 'bad', 'neither'] as const)
      expect(afterEnd(open, { run: 'old', end, now: 9 })).toBe(open);
  });
});

test('whatever happens, never two probes at a time, and never a run while it is open', () => {
  const event = fc.record({
    run: fc.constantFrom('a', 'b', 'c'),
    what: fc.constantFrom('ask', 'good', 'bad', 'neither'),
    ms: fc.integer({ min: 0, max: 200_000 }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let breaker: Breaker = fail(closedBreaker, 6);
      let now = 0;
      for (const { run, what, ms } of events) {
        now += ms;
        const before = breaker;
        if (what !== 'ask') breaker = afterEnd(breaker, { run, end: what as 'good', now });
        else {
          const asked = ask(breaker, run, now);
          if (asked.go && before.state === 'open') expect(now).toBeGreaterThanOrEqual(before.untilMs);
          if (asked.go && before.state === 'half_open' && before.probe !== undefined && before.probe.untilMs > now)
            expect(run).toBe(before.probe.run);
          if (asked.go) breaker = asked.next ?? breaker;
        }
      }
    }),
  );
});
