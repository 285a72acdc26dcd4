import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wallClock } from './wall-clock.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

test('a clock shows the time of its place, before 1970 as well', () => {
  expect(wallClock('Europe/Berlin').at(utc('2026-07-01T10:00:00.250'))).toBe(utc('2026-07-01T12:00:00.250'));
  expect(wallClock('Asia/Kathmandu').at(utc('1969-01-01T00:00:00'))).toBe(utc('1969-01-01T05:30:00'));
});

test.each([
  ['is shown once', 'Europe/Berlin', '2026-07-01T12:00', '2026-07-01T10:00'],
  ['is left out in spring', 'Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00'],
  ['comes right after what is left out', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T01:00'],
  ['is shown twice in autumn', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30'],
  ['comes after what is shown twice', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T02:00'],
  ['is shown twice where half an hour is', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45'],
  ['is a midnight that is left out', 'America/Sao_Paulo', '2018-11-04T00:00', '2018-11-04T03:00'],
  ['is of a day that is left out', 'Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00'],
])('a time that %s', (_name, zone, wall, instant) => {
  expect(wallClock(zone).first(utc(`${wall}:00`))).toBe(utc(`${instant}:00`));
});

test('a zone nobody knows is refused', () => {
  expect(() => wallClock('Mars/Base')).toThrow(RangeError);
});

test('whatever the zone and time: it is shown for the first time, or jumped over, at the instant found', () => {
  const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran', 'UTC'];
  const minute = fc.integer({ min: utc('2015-01-01T00:00') / 60_000, max: utc('2035-01-01T00:00') / 60_000 });
  fc.assert(
    fc.property(fc.constantFrom(...zones), minute, (zone, at) => {
      const wall = at * 60_000;
      const clock = wallClock(zone);
      const found = clock.first(wall);
      expect(clock.at(found)).toBeGreaterThanOrEqual(wall);
      expect(clock.at(found - 1)).toBeLessThan(wall);
      for (let before = 1; before <= 24; before++)
        expect(clock.at(found - before * 900_000)).toBeLessThan(wall + 3_600_000);
    }),
  );
});
