import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, begun, startable } from './advance.ts';
import { catchUp, MOST_WAITING, overlap, runId, type ScheduleRecord } from './schedule-record.ts';

const at = (clock: string) => Date.parse(`2026-11-22T${clock}Z`);
const text = (instant: number) => new Date(instant).toISOString();

function every(everyMs: number, more: Partial<ScheduleRecord> = {}): ScheduleRecord {
  const time = text(at('10:00:00'));
  return {
    name: 'nightly',
    queue: 'general',
    cadence: { every_ms: everyMs },
    spec: { type: 'demo', description: '', params: {}, domain: 'general', priority: 'normal', requires: [], hints: {} },
    overlap: 'skip',
    catch_up: 'one',
    n: 0,
    next_at: time,
    waiting: [],
    look_at: time,
    created_at: time,
    updated_at: time,
    ...more,
  };
}

const fiveMinutes = (more?: Partial<ScheduleRecord>) => every(300_000, more);
const clocks = (times: readonly string[]) => times.map((time) => time.slice(11, 19));

test('durable.G5: back after three missed times there is one run, the newest, and it says how late it is', () => {
  const nightly = fiveMinutes({ cadence: { cron: '*/5 * * * *', tz: 'Europe/Berlin' } });
  const back = advance(nightly, { now: at('10:12:01'), busy: false });
  expect(back).toMatchObject({ waiting: [text(at('10:10:00'))], next_at: text(at('10:15:00')) });
  const planned = startable(back, false) ?? 0;
  expect(runId('nightly', planned)).toBe('nightly-20261122T101000Z');
  const last = { id: 'nightly-20261122T101000Z', planned_at: text(at('10:10:00')), late_ms: 121_000 };
  expect(begun(back, planned, at('10:12:01'))).toMatchObject({ last, waiting: [], look_at: text(at('10:15:00')) });
});

test.each([
  ['one', ['10:10:00']],
  ['skip', []],
  ['all', ['10:00:00', '10:05:00', '10:10:00']],
] as const)('durable.A15: of times that passed in an outage, "%s" makes up for %j', (catch_up, made) => {
  const back = advance(fiveMinutes({ catch_up }), { now: at('10:12:01'), busy: false });
  expect(clocks(back.waiting)).toEqual(made);
});

test('a single time is made up for unless it is missed, and then as it is said', () => {
  const back = (catch_up: ScheduleRecord['catch_up'], now: string) =>
    advance(fiveMinutes({ catch_up }), { now: at(now), busy: false }).waiting.length;
  expect([
    back('skip', '10:01:00'),
    back('skip', '10:01:01'),
    back('one', '10:04:59'),
    back('all', '10:04:59'),
  ]).toEqual([1, 0, 1, 1]);
});

test('no more than 24 are made up for, the newest ones, however long it took', () => {
  const back = advance(fiveMinutes({ catch_up: 'all' }), { now: at('10:00:00') + 365 * 86_400_000, busy: false });
  expect(back.waiting).toHaveLength(MOST_WAITING);
  expect(clocks(back.waiting).at(-1)).toBe('10:00:00');
});

test('before its time nothing is noted', () => {
  const record = fiveMinutes();
  expect(advance(record, { now: at('09:59:59'), busy: false })).toBe(record);
});

test.each([
  ['skip', [], undefined],
  ['queue_one', ['10:00:00'], undefined],
  ['allow', ['10:00:00'], at('10:00:00')],
  ['cancel_previous', ['10:00:00'], at('10:00:00')],
] as const)('while the run before has not ended, "%s" lines up %j', (overlap, lined, begins) => {
  const due = advance(fiveMinutes({ overlap }), { now: at('10:00:00'), busy: true });
  expect(clocks(due.waiting)).toEqual(lined);
  expect(startable(due, true)).toBe(begins);
});

test('of the times that come while one waits already, the first one keeps its place', () => {
  const first = advance(fiveMinutes({ overlap: 'queue_one' }), { now: at('10:00:00'), busy: true });
  const second = advance(first, { now: at('10:05:00'), busy: true });
  expect(clocks(second.waiting)).toEqual(['10:00:00']);
  expect(startable(second, false)).toBe(at('10:00:00'));
});

test('while one waits it is looked for the end of the other, ever more rarely, and no later than what is due', () => {
  const last = { id: 'nightly-20261122T095500Z', planned_at: text(at('09:55:00')), late_ms: 300_000 };
  const waiting = [text(at('10:00:00'))];
  const looks = ['10:00:00', '10:01:40', '10:04:50'].map((now) => {
    const record = fiveMinutes({ overlap: 'queue_one', waiting, last, next_at: text(at('10:05:00')) });
    return advance(record, { now: at(now), busy: true }).look_at;
  });
  expect(clocks(looks)).toEqual(['10:00:01', '10:01:50', '10:05:00']);
});

test('what is a year ahead is looked at every ninety days, because the broker keeps no message so long', () => {
  const record = every(1000, { cadence: { cron: '0 0 1 1 *', tz: 'UTC' }, next_at: '2027-12-31T00:00:00.000Z' });
  const looked = advance(record, { now: at('10:00:00'), busy: false });
  expect(looked).toMatchObject({
    next_at: record.next_at,
    waiting: [],
    look_at: text(at('10:00:00') + 90 * 86_400_000),
  });
});

test('a time that the rules of its zone no longer have is still one that was planned', () => {
  const record = every(1000, { cadence: { cron: '0 12 * * *', tz: 'UTC' }, next_at: '2026-11-22T10:30:00.000Z' });
  const due = advance(record, { now: at('10:30:00'), busy: false });
  expect(due).toMatchObject({ waiting: [record.next_at], next_at: '2026-11-22T12:00:00.000Z' });
});

type Play = { readonly forMs: number; readonly what: 'look' | 'end' | 'crash' };
const plays = fc.array(
  fc.record({ forMs: fc.nat(1_000_000), what: fc.constantFrom<Play['what']>('look', 'look', 'look', 'end', 'crash') }),
  { minLength: 1, maxLength: 60 },
);

test('durable.A15: whatever passes, ends and crashes, no time has two runs, and "skip" and "queue_one" never run two at once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...overlap.options),
      fc.constantFrom(...catchUp.options),
      plays,
      (overlap, catch_up, all) => {
        fc.pre(!(overlap === 'cancel_previous' && catch_up === 'all'));
        let record = fiveMinutes({ overlap, catch_up });
        let now = at('10:00:00');
        const running = new Set<string>();
        const ids = new Set<string>();
        for (const { forMs, what } of all) {
          now += forMs;
          if (what === 'end') running.clear();
          for (let rounds = 0; rounds < 60; rounds++) {
            const busy = record.last !== undefined && running.has(record.last.id);
            record = advance(record, { now, busy });
            const planned = startable(record, record.last !== undefined && running.has(record.last.id));
            if (planned === undefined) break;
            expect(planned).toBeLessThanOrEqual(now);
            if (overlap === 'cancel_previous') running.delete(record.last?.id ?? '');
            const id = runId('nightly', planned);
            if (!ids.has(id)) running.add(id);
            ids.add(id);
            if (what === 'crash') break; // begun, but not noted
            record = begun(record, planned, now);
          }
          expect(record.waiting.length).toBeLessThanOrEqual(MOST_WAITING);
          expect(Date.parse(record.next_at)).toBeGreaterThan(now);
          expect(Date.parse(record.look_at)).toBeGreaterThanOrEqual(now);
          if (overlap !== 'allow') expect(running.size).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});
