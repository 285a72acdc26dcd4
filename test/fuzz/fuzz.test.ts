import { expect, test } from 'vitest';
import { decoders } from './decoders.ts';
import { fuzz } from './fuzz.ts';
import { machines } from './machines.ts';
import { parsers } from './parsers.ts';
import { type Subject, subject } from './subject.ts';

/** Ten thousand in all; a million by `main.ts`. */
const RUNS = 500;

test.each([...decoders, ...parsers, ...machines])('$name: no input breaks it, and some are taken', (one: Subject) => {
  const { failures, hangs, taken } = fuzz(one, RUNS, 1);
  expect([failures, hangs]).toEqual([[], 0]);
  expect(taken).toBeGreaterThan(0);
});

test('what is broken is found, with its input', () => {
  const broken = subject(
    'broken',
    (random) => Math.floor(random.next() * 10),
    (n) => {
      if (n === 7) throw new TypeError('seven');
      return n > 7 ? 'taken' : 'refused';
    },
  );
  const { failures, taken } = fuzz(broken, 200, 1);
  expect(failures[0]).toMatch(/^input \d+: seven\n {2}7$/);
  expect([failures.length > 5, failures[5], taken > 0]).toEqual([true, '', true]);
});
