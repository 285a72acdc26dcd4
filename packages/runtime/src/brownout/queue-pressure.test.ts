import { expect, test } from 'vitest';
import { QueuePressure } from './queue-pressure.ts';

/** Ten waits per second of the given length, from one time to another. */
function waits(pressure: QueuePressure, ms: readonly number[], { from, to }: { from: number; to: number }) {
  let i = 0;
  for (let now = from; now < to; now += 100) pressure.add(ms[i++ % ms.length] ?? 0, now, 1);
}

test('a p90 above 200 ms for 30 s is pressure, 25 s is not', () => {
  const pressure = new QueuePressure();
  waits(pressure, [201], { from: 0, to: 25_000 });
  expect(pressure.under(29_999, 1)).toBe(false);
  waits(pressure, [201], { from: 25_000, to: 30_000 });
  expect(pressure.under(30_000, 1)).toBe(true);
});

test('it ends when the p90 was below 100 ms for 60 s, not sooner', () => {
  const pressure = new QueuePressure();
  waits(pressure, [500], { from: 0, to: 30_000 });
  waits(pressure, [99], { from: 30_000, to: 90_000 });
  expect(pressure.under(89_999, 0)).toBe(true);
  expect(pressure.under(90_000, 0)).toBe(false);
});

test('between 100 and 200 ms it stays as it was', () => {
  const pressure = new QueuePressure();
  waits(pressure, [150], { from: 0, to: 120_000 });
  expect(pressure.under(120_000, 0)).toBe(false);
  waits(pressure, [500], { from: 120_000, to: 150_000 });
  waits(pressure, [150], { from: 150_000, to: 400_000 });
  expect(pressure.under(400_000, 0)).toBe(true);
});

test('one slow wait in ten is no pressure, two are', () => {
  const one = new QueuePressure();
  waits(one, [500, 1, 1, 1, 1, 1, 1, 1, 1, 1], { from: 0, to: 60_000 });
  expect(one.under(60_000, 0)).toBe(false);
  const two = new QueuePressure();
  waits(two, [500, 500, 1, 1, 1, 1, 1, 1, 1, 1], { from: 0, to: 60_000 });
  expect(two.under(60_000, 0)).toBe(true);
});

test('a line that does not move is pressure, an idle endpoint is calm', () => {
  const pressure = new QueuePressure();
  expect(pressure.under(60_000, 3)).toBe(true);
  expect(pressure.under(60_000 + 600_000, 0)).toBe(false);
});
