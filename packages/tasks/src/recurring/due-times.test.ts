import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dueTimes, MOST_CAUGHT_UP, runId } from './due-times.ts';

const at = (clock: string) => Date.parse(`2026-11-22T${clock}Z`);
const every = (ms: number) => (after: number) => after + ms;
const due = (catch_up: 'one' | 'skip' | 'all', next: string, now: string) =>
  dueTimes({ next_at: new Date(at(next)).toISOString(), catch_up }, at(now), every(300_000));

test('on time there is one run, however the missed ones are treated', () => {
  for (const catchUp of ['one', 'skip', 'all'] as const)
    expect(due(catchUp, '10:00:00', '10:00:01')).toEqual({ runs: [at('10:00:00')], nextAt: at('10:05:00') });
});

test('durable, golden 5: back after three missed times there is one run, the newest, and it is late', () => {
  expect(due('one', '10:00:00', '10:12:01')).toEqual({ runs: [at('10:10:00')], nextAt: at('10:15:00') });
  expect(runId('nightly', at('10:10:00'))).toBe('nightly-20261122T101000Z');
});

test('durable.A15: an outage over n times gives none, one or all of them', () => {
  expect(due('skip', '10:00:00', '10:12:01').runs).toEqual([]);
  expect(due('one', '10:00:00', '10:12:01').runs).toHaveLength(1);
  expect(due('all', '10:00:00', '10:12:01').runs).toEqual([at('10:00:00'), at('10:05:00'), at('10:10:00')]);
});

test('before its time nothing is due', () => {
  expect(due('all', '10:00:00', '09:59:59')).toEqual({ runs: [], nextAt: at('10:00:00') });
});

test('whatever was missed, runs are in order, no more than may be caught up with, and the next time lies ahead', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('one', 'skip', 'all'),
      fc.integer({ min: 1_000, max: 10_000_000 }),
      fc.nat(1_000_000_000),
      (catch_up, period, lateMs) => {
        const from = at('10:00:00');
        const now = from + Math.min(lateMs, period * 10_000);
        const { runs, nextAt } = dueTimes({ next_at: new Date(from).toISOString(), catch_up }, now, every(period));
        expect(runs).toEqual(runs.toSorted((a, b) => a - b));
        expect(runs.length).toBeLessThanOrEqual(catch_up === 'all' ? MOST_CAUGHT_UP : 1);
        for (const run of runs) expect((run - from) % period).toBe(0);
        expect(nextAt).toBeGreaterThan(now);
        expect(nextAt - period).toBeLessThanOrEqual(now);
      },
    ),
  );
});
