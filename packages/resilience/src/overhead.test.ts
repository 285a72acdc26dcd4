import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Overhead } from './overhead.ts';

test('the overhead is 2 ms until ten calls were measured, then the least of the last hundred', () => {
  const overhead = new Overhead();
  for (let i = 0; i < 9; i++) overhead.add(30, 25);
  expect(overhead.ms()).toBe(2);
  overhead.add(30, 29);
  expect(overhead.ms()).toBe(1);
  for (let i = 0; i < 100; i++) overhead.add(40, 34);
  expect(overhead.ms()).toBe(6);
});

test('a report of more work than the round trip took counts as no overhead', () => {
  const overhead = new Overhead();
  for (let i = 0; i < 10; i++) overhead.add(5, 9);
  expect(overhead.ms()).toBe(0);
});

test('it is the least of the newest hundred at every moment', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 10, maxLength: 300 }), (values) => {
      const overhead = new Overhead();
      for (const [i, value] of values.entries()) {
        overhead.add(value + 5, 5);
        if (i >= 9) expect(overhead.ms()).toBe(Math.min(...values.slice(Math.max(0, i - 99), i + 1)));
      }
    }),
  );
});
