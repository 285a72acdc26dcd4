import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cronTimes, type PlannedTimes, plannedTimes } from './planned-times.ts';

const ms = (text: string) => Date.parse(text);

/** The times after `from`, as text without seconds. */
function after(times: PlannedTimes, from: string, count: number): string[] {
  const found: string[] = [];
  for (let at = times.next(ms(from)); found.length < count; at = times.next(at))
    found.push(new Date(at).toISOString().slice(0, 16));
  return found;
}

const berlin = (cron: string) => cronTimes({ cron, tz: 'Europe/Berlin' });

test('every five minutes, every working day at eight, the 29th of February', () => {
  expect(after(cronTimes({ cron: '*/5 * * * *', tz: 'UTC' }), '2026-11-22T10:10:01Z', 2)).toEqual([
    '2026-11-22T10:15',
    '2026-11-22T10:20',
  ]);
  expect(after(berlin('0 8 * * MON-FRI'), '2026-11-20T08:00:00Z', 2)).toEqual(['2026-11-23T07:00', '2026-11-24T07:00']);
  expect(after(berlin('0 12 29 2 *'), '2026-01-01T00:00:00Z', 2)).toEqual(['2028-02-29T11:00', '2032-02-29T11:00']);
});

test('a time that the clock leaves out comes at the next valid minute, once however many there are', () => {
  expect(after(berlin('30 2 * * *'), '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  expect(after(berlin('*/20 2 * * *'), '2026-03-28T12:00:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:00']);
  expect(after(berlin('*/30 * * * *'), '2026-03-29T00:00:00Z', 3)).toEqual([
    '2026-03-29T00:30',
    '2026-03-29T01:00',
    '2026-03-29T01:30',
  ]);
});

test('a time that the clock shows twice comes once', () => {
  expect(after(berlin('30 2 * * *'), '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  expect(after(berlin('*/30 * * * *'), '2026-10-24T23:30:00Z', 4)).toEqual([
    '2026-10-25T00:00',
    '2026-10-25T00:30',
    '2026-10-25T02:00',
    '2026-10-25T02:30',
  ]);
  const inTheSecondHour = ms('2026-10-25T01:40:00Z');
  expect(berlin('*/30 * * * *').last(inTheSecondHour)).toBe(ms('2026-10-25T00:30:00Z'));
  expect(berlin('45 2 * * *').last(inTheSecondHour)).toBe(ms('2026-10-25T00:45:00Z'));
});

test('equal distances go on from a time that is known', () => {
  const times = plannedTimes({ every_ms: 7000 }, 1_000_000);
  expect([times.next(1_000_000), times.next(1_006_999), times.last(1_006_999), times.last(999_999)]).toEqual([
    1_007_000, 1_007_000, 1_000_000, 993_000,
  ]);
});

test.each([
  ['* * * *', 'five fields'],
  ['* * * * * *', 'five fields'],
  ['@daily', 'five fields'],
  ['? * * * *', 'five fields'],
  ['60 * * * *', 'minute: 60'],
  ['1-70 * * * *', 'Invalid value'],
  ['*/0 * * * *', 'stepping'],
  ['a b c d e', 'illegal'],
  ['0 0 30 2 *', 'never comes'],
])('%j is refused', (cron, why) => {
  expect(() => cronTimes({ cron, tz: 'UTC' }).next(0)).toThrow(RangeError);
  expect(() => cronTimes({ cron, tz: 'UTC' }).next(0)).toThrow(why);
});

test('whatever the expression, zone and instant: next and last are neighbours, and no time on the wall comes twice', () => {
  const field = (max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: 2, max: 30 }).map((step) => `*/${Math.min(step, max)}`),
      fc.nat(max).map(String),
    );
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC'];
  // Around the changes of clocks of 2026, where it matters.
  const days = ['2026-03-08', '2026-03-29', '2026-04-04', '2026-10-03', '2026-10-25', '2026-11-01'];
  const around = fc.tuple(fc.constantFrom(...days), fc.integer({ min: -24 * 60, max: 48 * 60 }));
  fc.assert(
    fc.property(field(59), field(23), fc.constantFrom(...zones), around, (minute, hour, tz, [day, minutes]) => {
      const times = cronTimes({ cron: `${minute} ${hour} * * *`, tz });
      const from = ms(`${day}T00:00:00Z`) + minutes * 60_000 + 1;
      const shown = new Intl.DateTimeFormat('en-US', { timeZone: tz, dateStyle: 'short', timeStyle: 'short' });
      const walls = new Set<string>();
      let at = times.last(from);
      expect(at).toBeLessThanOrEqual(from);
      for (let i = 0; i < 8; i++) {
        const next = times.next(at);
        expect(next).toBeGreaterThan(at);
        expect(times.last(next)).toBe(next);
        expect(times.last(next - 1)).toBe(at);
        walls.add(shown.format(next));
        at = next;
      }
      expect(walls.size).toBe(8);
    }),
  );
});
