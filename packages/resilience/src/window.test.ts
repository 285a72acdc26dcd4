import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Window } from './window.ts';

test('the sum of a column is what was added in the ten newest whole seconds', () => {
  const times = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 4_000 }), column: fc.nat(1) }), { maxLength: 60 });
  fc.assert(
    fc.property(times, (steps) => {
      const window = new Window(2);
      const added: { at: number; column: number }[] = [];
      let now = 0;
      for (const { wait, column } of steps) {
        now += wait;
        window.add(column, now);
        added.push({ at: now, column });
        const oldest = Math.floor(now / 1_000) - 9;
        const expected = added.filter((one) => one.column === column && Math.floor(one.at / 1_000) >= oldest).length;
        expect(window.sum(column, now)).toBe(expected);
      }
    }),
  );
});

test('mesh.S2: a time before the last one seen counts as the last one seen', () => {
  const window = new Window(1);
  window.add(0, 50_000);
  window.add(0, 1_000);
  expect(window.sum(0, 2_000)).toBe(2);
  expect(window.sum(0, 59_999)).toBe(2);
  expect(window.sum(0, 60_000)).toBe(0);
});

test('what is taken back leaves its own bucket, once, and only while it is counted', () => {
  const window = new Window(1, 3);
  window.add(0, 500);
  window.add(0, 1_500);
  window.remove(0, 500);
  window.remove(0, 500);
  window.remove(0, 9_000);
  expect(window.sum(0, 1_500)).toBe(1);
  expect(window.oldestLeavesAt(0, 1_500)).toBe(4_000);
  window.remove(0, 1_500);
  expect([window.sum(0, 5_000), window.oldestLeavesAt(0, 5_000)]).toEqual([0, 5_000]);
  window.add(0, 6_500);
  window.remove(0, 500);
  expect(window.sum(0, 6_500)).toBe(1);
});
