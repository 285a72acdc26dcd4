import { expect, test } from 'vitest';
import { rankByBm25 } from './bm25.ts';

const documents = ['the cat sat on the mat', 'the dog chased the cat', 'birds fly high in the sky'];

test('scores are those of the formula, best first', () => {
  expect(rankByBm25('cat mat', documents)).toEqual([
    { index: 0, score: expect.closeTo(1.416740203562117, 12) },
    { index: 1, score: expect.closeTo(0.493767857690745, 12) },
    { index: 2, score: 0 },
  ]);
});

test('ties stay in the order they were given', () => {
  expect(rankByBm25('whale', documents).map(({ index }) => index)).toEqual([0, 1, 2]);
});

test('empty documents are no documents about anything', () => {
  expect(rankByBm25('cat', ['', '…'])).toEqual([
    { index: 0, score: 0 },
    { index: 1, score: 0 },
  ]);
});
