import { expect, test } from 'vitest';
import type { Belief } from './store-history.ts';
import { sharedBeliefs, shrinkingEpochs, vacancies } from './store-leases.ts';

const belief = (holder: string, epoch: number, from: number, to: number): Belief => ({
  name: 'l',
  holder,
  epoch,
  from,
  to,
});
const good = [belief('a', 1, 0, 10), belief('b', 5, 11, 20), belief('a', 9, 25, 40)];

test('holders one after the other, with growing epochs', () => {
  expect(sharedBeliefs(good)).toEqual([]);
  expect(shrinkingEpochs(good)).toEqual([]);
  expect(vacancies(good, { from: 5, until: 42, longestMs: 5 })).toEqual([]);
});

test('leases of other names do not matter', () => {
  expect(sharedBeliefs([belief('a', 1, 0, 10), { ...belief('b', 1, 5, 8), name: 'm' }])).toEqual([]);
});

test('two who believe at once are found, also when one believes far into others’ time', () => {
  expect(sharedBeliefs([belief('a', 1, 0, 10), belief('b', 5, 9, 20)])).toHaveLength(1);
  expect(sharedBeliefs([belief('a', 1, 0, 99), belief('b', 5, 9, 20), belief('c', 7, 30, 40)])).toHaveLength(2);
});

test('an epoch that shrinks, or that two holders have, is found', () => {
  expect(shrinkingEpochs([belief('a', 5, 0, 10), belief('b', 1, 11, 20)])).toHaveLength(1);
  expect(shrinkingEpochs([belief('a', 5, 0, 10), belief('b', 5, 11, 20)])).toHaveLength(1);
});

test('a time without a holder is found, in the middle and at the end', () => {
  expect(vacancies(good, { from: 0, until: 41, longestMs: 4 })).toHaveLength(1);
  expect(vacancies(good, { from: 0, until: 50, longestMs: 6 })).toHaveLength(1);
  expect(vacancies([], { from: 0, until: 50, longestMs: 6 })).toHaveLength(1);
});
