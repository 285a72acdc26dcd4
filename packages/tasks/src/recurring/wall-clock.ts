const DAY_MS = 86_400_000;
const SECOND_MS = 1000;

/** The clock on the wall of a place; its times are ms since 1970 as if the place were at UTC. */
export type WallClock = {
  /** What it shows at an instant, in ms since 1970. */
  at(instant: number): number;
  /** The first instant at which it shows `wall`; for a time it leaves out, the instant at which it does so. */
  first(wall: number): number;
};

/** The clock of a time zone, such as `Europe/Berlin`. @throws RangeError for a zone nobody knows */
export function wallClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const at = (instant: number): number => {
    const shown = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
    const day = Date.UTC(part('year'), part('month') - 1, part('day'));
    const time = Date.UTC(1970, 0, 1, part('hour'), part('minute'), part('second'));
    return day + time + (((instant % SECOND_MS) + SECOND_MS) % SECOND_MS);
  };
  return { at, first: (wall) => firstShown(at, wall) };
}

/** No clock is a day from UTC, nor changed twice in two days. */
function firstShown(at: WallClock['at'], wall: number): number {
  const asOf = (near: number) => wall - (at(near) - near);
  const asBefore = asOf(wall - DAY_MS);
  const asAfter = asOf(wall + DAY_MS);
  if (at(asBefore) === wall) return asBefore;
  if (at(asAfter) === wall) return asAfter;
  return whenPassed(at, wall, { from: asAfter, to: asBefore });
}

/** The clock jumps over `wall` between two instants: when, by halving. */
function whenPassed(at: WallClock['at'], wall: number, { from, to }: { from: number; to: number }): number {
  let before = from;
  let after = to;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (at(middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}
