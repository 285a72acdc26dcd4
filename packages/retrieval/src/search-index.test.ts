import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SearchIndex } from './search-index.ts';
import { bruteForce, type Plain } from './testing/brute-force.ts';
import type { Vector } from './vector.ts';

const ROOMY = { documents: 2000, characters: 1_000_000 };
const pumps = { A: 'red pump fails', B: 'red pump red valve', C: 'blue valve' };
const vector = (...values: number[]): Vector => ({ model: 'm', values: Float32Array.from(values) });

function indexOf(texts: Readonly<Record<string, string>>, limits = ROOMY): SearchIndex {
  const index = new SearchIndex(limits);
  for (const [id, text] of Object.entries(texts)) index.put(id, { text });
  return index;
}
const ids = (index: SearchIndex, text: string) => index.search({ text, k: 50 }).hits.map(({ id }) => id);

test('state.A1 golden vector: "red pump" over three texts', () => {
  const [first, second, ...others] = indexOf(pumps).search({ text: 'red pump', k: 50 }).hits;
  expect([first?.id, second?.id, others]).toEqual(['B', 'A', []]);
  expect(first?.scoreText).toBeCloseTo(1.0044649, 8);
  expect(second?.scoreText).toBeCloseTo(0.94000726, 8);
  expect(first).toMatchObject({ rankText: 1, score: 1 });
  expect(second?.score).toBeCloseTo(6 / 7, 12);
});

test('ties stand in the order of their ids', () => {
  expect(ids(indexOf({ b: 'red', c: 'red', a: 'red' }), 'red')).toEqual(['a', 'b', 'c']);
});

test('what two rankings place is fused, and what one of them does not place is kept', () => {
  const index = new SearchIndex(ROOMY);
  index.put('words', { text: 'red pump', vector: vector(-1, 0) });
  index.put('both', { text: 'pump', vector: vector(1, 1) });
  index.put('meaning', { text: 'blower', vector: vector(2, 0) });
  const { hits, vectors } = index.search({ text: 'red pump', vector: vector(1, 0), k: 10 });
  expect(hits.map(({ id, rankText, rankVector }) => [id, rankText, rankVector])).toEqual([
    ['both', 2, 2],
    ['meaning', undefined, 1],
    ['words', 1, undefined],
  ]);
  expect(hits[1]?.scoreVector).toBe(1);
  expect(vectors).toBe(1);
});

test('vectors of another model are not compared, and lower the coverage', () => {
  const index = indexOf(pumps);
  index.setVector('A', { ...vector(1, 0), model: 'old' });
  index.setVector('C', vector(1, 0));
  const { hits, vectors } = index.search({ vector: vector(1, 0), k: 10 });
  expect(hits.map(({ id }) => id)).toEqual(['C']);
  expect(vectors).toBeCloseTo(1 / 3, 12);
  expect(index.search({ text: 'red', k: 10 }).vectors).toBe(0);
});

test('an old document counts half per half-life', () => {
  const recency = { halfLifeMs: 1000, ageMs: (id: string) => (id === 'B' ? 2000 : 0) };
  const { hits } = indexOf(pumps).search({ text: 'red pump', k: 10, recency });
  expect(hits.map(({ id }) => id)).toEqual(['A', 'B']);
  expect(hits[1]?.score).toBeCloseTo((7 / 6) * 0.25, 12);
});

test('conditions beside visibility choose among hits and change no score', () => {
  const index = indexOf(pumps);
  const all = index.search({ text: 'red pump', k: 10 }).hits;
  const wanted = index.search({ text: 'red pump', k: 10, isWanted: (id) => id === 'A' }).hits;
  expect(wanted[0]?.scoreText).toBe(all[1]?.scoreText);
  expect(wanted).toHaveLength(1);
});

test('documents beyond the limits are not found, and counted', () => {
  const few = indexOf(pumps, { ...ROOMY, documents: 2 });
  expect([ids(few, 'valve'), [...few.beyond]]).toEqual([['B'], ['C']]);
  expect(few.coverage).toBeCloseTo(2 / 3, 12);
  expect(indexOf(pumps, { ...ROOMY, characters: 20 }).coverage).toBeCloseTo(1 / 3, 12);
});

test('a document that leaves makes room, and one that left is not missed', () => {
  const index = indexOf(pumps, { ...ROOMY, documents: 2 });
  index.remove('C');
  expect(index.coverage).toBe(1);
  index.remove('A');
  expect(index.put('C', { text: pumps.C })).toBe(true);
  expect(ids(index, 'valve')).toEqual(['C', 'B']);
});

test('an empty index finds nothing and misses nothing', () => {
  const empty = new SearchIndex(ROOMY);
  expect(empty.search({ text: 'red', vector: vector(1), k: 5 })).toEqual({ hits: [], vectors: 1 });
  expect(empty.coverage).toBe(1);
});

const sentence = fc
  .array(fc.constantFrom('red', 'blue', 'pump', 'valve', 'fails', 'hums'), { maxLength: 6 })
  .map((words) => words.join(' '));
const direction = fc
  .tuple(fc.constantFrom('m', 'n'), fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 3, maxLength: 3 }))
  .filter(([, values]) => values.some((value) => value !== 0))
  .map(([model, values]): Vector => ({ model, values: Float32Array.from(values) }));
const id = fc.constantFrom(...'abcdefgh');
const document = fc.record({
  text: sentence,
  vector: fc.option(direction, { nil: undefined }),
  ageMs: fc.integer({ min: 0, max: 9 }),
});
/** A document put in under an id, or, without document, taken out. */
const changes = fc.array(fc.tuple(id, fc.option(document, { nil: undefined })), { maxLength: 30 });
const asked = fc.record({
  text: fc.option(sentence, { nil: undefined }),
  vector: fc.option(direction, { nil: undefined }),
  k: fc.integer({ min: 1, max: 9 }),
  lambda: fc.constantFrom(0, 0.3, 0.7, 1),
  halfLifeMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
});

test('after any comings and goings a search finds what brute force finds in what is visible', () => {
  fc.assert(
    fc.property(changes, fc.uniqueArray(id), asked, (told, hidden, search) => {
      const index = new SearchIndex(ROOMY);
      const kept = new Map<string, Plain>();
      for (const [key, value] of told) {
        if (value === undefined) index.remove(key);
        else index.put(key, value);
        if (value === undefined) kept.delete(key);
        else kept.set(key, { id: key, ...value });
      }
      const { halfLifeMs, ...rest } = search;
      const recency =
        halfLifeMs === undefined ? undefined : { halfLifeMs, ageMs: (of: string) => kept.get(of)?.ageMs ?? 0 };
      const isVisible = (of: string) => !hidden.includes(of);
      const visible = [...kept.values()].filter(({ id: of }) => isVisible(of));
      expect(index.search({ ...rest, recency, isVisible }).hits).toEqual(bruteForce(visible, search));
    }),
  );
});

test('whatever came and went, and in whatever order, an index finds what a new one does', () => {
  const word = fc.constantFrom('red', 'pump', 'valve', 'blue', 'fails');
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  const step = fc.record({ id: fc.integer({ min: 0, max: 120 }), text: fc.option(text, { nil: undefined }) });
  const steps = fc.array(step, { minLength: 200, maxLength: 600, size: 'max' });
  fc.assert(
    fc.property(steps, text, (all, asked) => {
      const index = new SearchIndex(ROOMY);
      const left = new Map<string, string>();
      for (const { id, text } of all) {
        const name = `d${id}`;
        if (text === undefined) index.remove(name);
        else index.put(name, { text });
        left.delete(name);
        if (text !== undefined) left.set(name, text);
      }
      const anew = indexOf(Object.fromEntries(left));
      expect(index.search({ text: asked, k: 50, lambda: 0.7 })).toEqual(
        anew.search({ text: asked, k: 50, lambda: 0.7 }),
      );
      expect(index.coverage).toBe(1);
    }),
    { numRuns: 50 },
  );
});

test('while nothing is admitted, what is held may change, and nothing comes in', () => {
  let admits = true;
  const index = new SearchIndex({ ...ROOMY, admits: () => admits });
  index.put('a', { text: 'red' });
  admits = false;
  expect([index.put('a', { text: 'blue' }), index.put('b', { text: 'blue' }), index.coverage]).toEqual([
    true,
    false,
    0.5,
  ]);
  expect(ids(index, 'blue')).toEqual(['a']);
  admits = true;
  expect([index.put('b', { text: 'blue' }), index.coverage]).toEqual([true, 1]);
});
