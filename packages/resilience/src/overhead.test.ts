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
