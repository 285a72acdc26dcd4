import { expect, test } from 'vitest';
import { type Choice, diversify } from './diversify.ts';

const [A, B, C] = [
  { id: 'A', relevance: 1 },
  { id: 'B', relevance: 0.9 },
  { id: 'C', relevance: 0.6 },
];
const near: Record<string, number> = { AB: 0.9, AC: 0.1, BC: 0.2 };
const similarity = (a: Choice, b: Choice) => near[[a.id, b.id].sort().join('')] ?? 0;
const order = (choices: readonly Choice[], lambda: number, most = 3) =>
  diversify(choices, { most, lambda, similarity }).map(({ id }) => id);

test('state.A1 golden vector: the second is the one unlike the first', () => {
  expect(order([A, B, C], 0.7)).toEqual(['A', 'C', 'B']);
});

test('lambda 1 is plain order, ties by id, in whatever order they come', () => {
  expect(order([C, B, A], 1)).toEqual(['A', 'B', 'C']);
  expect(order([{ id: 'z', relevance: 1 }, A], 1)).toEqual(['A', 'z']);
});

test('no more are chosen than asked for, and none twice', () => {
  expect(order([A, B, C], 0, 2)).toHaveLength(2);
  expect(order([A], 0.5, 9)).toEqual(['A']);
  expect(order([], 0.5)).toEqual([]);
});
