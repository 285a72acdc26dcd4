import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bagOf } from './bag.ts';
import { bm25 } from './bm25.ts';
import { wordsOf } from './words.ts';

const scores = (query: string, texts: readonly string[]) => {
  const bags = texts.map((text) => bagOf(text));
  return bags.map(bm25(bagOf(query), bags));
};
const animals = ['the cat sat on the mat', 'the dog chased the cat', 'birds fly high in the sky'];

test('golden vector: "cat mat" over three sentences', () => {
  const [first = 0, second = 0, third] = scores('cat mat', animals);
  expect(first).toBeCloseTo(1.416740203562117, 14);
  expect(second).toBeCloseTo(0.493767857690745, 14);
  expect(third).toBe(0);
});

test('golden vector: "red pump" over three texts', () => {
  const [first = 0, second = 0, third] = scores('red pump', ['red pump fails', 'red pump red valve', 'blue valve']);
  expect(first).toBeCloseTo(0.94000726, 8);
  expect(second).toBeCloseTo(1.0044649, 8);
  expect(third).toBe(0);
});

test('a word asked twice counts once', () => {
  expect(scores('cat cat mat', animals)).toEqual(scores('cat mat', animals));
});

test('a word that every text contains still counts a little', () => {
  for (const score of scores('the', animals)) expect(score).toBeGreaterThan(0);
});

test('texts without words score 0', () => {
  expect(scores('cat', ['', '…'])).toEqual([0, 0]);
  expect(scores('', animals)).toEqual([0, 0, 0]);
  expect(scores('cat', [])).toEqual([]);
});

test('what is scored need not be one of the documents', () => {
  const query = bagOf('cat mat');
  const score = bm25(
    query,
    animals.map((text) => bagOf(text)),
  );
  expect(score(query)).toBeGreaterThan(score(bagOf('the cat sat on the mat')));
});

/** The formula, written out once more. */
function writtenOut(query: string, texts: readonly string[]): number[] {
  const documents = texts.map((text) => wordsOf(text));
  const average = documents.flat().length / documents.length;
  return documents.map((words) => {
    let score = 0;
    for (const word of new Set(wordsOf(query))) {
      const n = documents.filter((other) => other.includes(word)).length;
      const f = words.filter((other) => other === word).length;
      if (f === 0) continue;
      const idf = Math.log(1 + (documents.length - n + 0.5) / (n + 0.5));
      score += (idf * f * 2.2) / (f + 1.2 * (0.25 + (0.75 * words.length) / average));
    }
    return score;
  });
}

const sentence = fc
  .array(fc.constantFrom('red', 'blue', 'pump', 'valve'), { maxLength: 6 })
  .map((all) => all.join(' '));

test('scores are those of the formula', () => {
  fc.assert(
    fc.property(sentence, fc.array(sentence, { maxLength: 8 }), (query, texts) => {
      const expected = writtenOut(query, texts);
      for (const [i, score] of scores(query, texts).entries()) expect(score).toBeCloseTo(expected[i] ?? Number.NaN, 10);
    }),
  );
});
