import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bagOf } from './bag.ts';
import { bm25 } from './bm25.ts';
import { TextIndex } from './text-index.ts';

const ROOMY = { texts: 100, characters: 10_000 };
const pumps = { A: 'red pump fails', B: 'red pump red valve', C: 'blue valve' };

function indexOf(texts: Readonly<Record<string, string>>, limits = ROOMY): TextIndex {
  const index = new TextIndex(limits);
  for (const [id, text] of Object.entries(texts)) index.put(id, text);
  return index;
}

test('golden vector: "red pump" over three texts', () => {
  const [first, second, ...others] = indexOf(pumps).search('red pump');
  expect([first?.id, second?.id, others]).toEqual(['B', 'A', []]);
  expect(first?.score).toBeCloseTo(1.0044649, 8);
  expect(second?.score).toBeCloseTo(0.94000726, 8);
});

test('ties stand in the order of their ids', () => {
  const found = indexOf({ b: 'red', c: 'red', a: 'red' }).search('red');
  expect(found.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test('a hidden text is not found and changes no score', () => {
  const index = indexOf({ ...pumps, hidden: 'red red red pump' });
  expect(index.search('red pump', (id) => id !== 'hidden')).toEqual(indexOf(pumps).search('red pump'));
});

test('texts beyond the limits are not found, and counted', () => {
  const few = indexOf(pumps, { ...ROOMY, texts: 2 });
  expect(few.search('valve').map(({ id }) => id)).toEqual(['B']);
  expect(few.coverage).toBeCloseTo(2 / 3, 12);
  expect(indexOf(pumps, { ...ROOMY, characters: 20 }).coverage).toBeCloseTo(1 / 3, 12);
});

test('a text that leaves makes room, and one that left is not missed', () => {
  const index = indexOf(pumps, { ...ROOMY, texts: 2 });
  index.remove('C');
  expect(index.coverage).toBe(1);
  index.remove('A');
  index.put('C', pumps.C);
  expect(index.search('valve').map(({ id }) => id)).toEqual(['C', 'B']);
});

test('an empty index finds nothing and misses nothing', () => {
  expect(new TextIndex(ROOMY).search('red')).toEqual([]);
  expect(new TextIndex(ROOMY).coverage).toBe(1);
});

const sentence = fc
  .array(fc.constantFrom('red', 'blue', 'pump', 'valve', 'fails', 'hums'), { maxLength: 6 })
  .map((words) => words.join(' '));
const id = fc.constantFrom(...'abcdefgh');
/** A text put in under an id, or, without text, taken out. */
const changes = fc.array(fc.tuple(id, fc.option(sentence, { nil: undefined })), { maxLength: 30 });

test('after any comings and goings the index scores like a fixed list of what it shows', () => {
  fc.assert(
    fc.property(changes, fc.uniqueArray(id), sentence, (told, hidden, query) => {
      const index = new TextIndex(ROOMY);
      const kept = new Map<string, string>();
      for (const [key, text] of told) {
        if (text === undefined) index.remove(key);
        else index.put(key, text);
        if (text === undefined) kept.delete(key);
        else kept.set(key, text);
      }
      const shown = [...kept]
        .filter(([key]) => !hidden.includes(key))
        .map(([key, text]) => [key, bagOf(text)] as const);
      const bags = shown.map(([, bag]) => bag);
      const score = bm25(bagOf(query), bags);
      const expected = shown.map(([key, bag]) => ({ id: key, score: score(bag) })).filter((hit) => hit.score > 0);
      const byScore = expected.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
      expect(index.search(query, (key) => !hidden.includes(key))).toEqual(byScore);
    }),
  );
});
