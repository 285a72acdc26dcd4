import { expect, test } from 'vitest';
import { type Search, SearchIndex } from './index.ts';
import { bruteForce, type Plain } from './testing/brute-force.ts';

const [DOCUMENTS, QUERIES, DIMS, SEED] = [1000, 200, 8, 20_261_122];

/** Numbers in [0, 1) from a seed: a linear congruential generator (Numerical Recipes, §7.1). */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function corpus(seed: number) {
  const next = numbers(seed);
  // Few words are common and many are rare, as in real texts.
  const word = () => `w${Math.floor(300 * next() ** 3)}`;
  const text = (most: number) => Array.from({ length: 1 + Math.floor(most * next()) }, word).join(' ');
  const vector = () => ({ model: 'm', values: Float32Array.from({ length: DIMS }, () => next() - 0.5) });
  const documents = Array.from({ length: DOCUMENTS }, (_, i): Plain => {
    const has = next() < 0.9;
    return { id: `d${i}`, text: text(12), vector: has ? vector() : undefined, ageMs: Math.floor(1e6 * next()) };
  });
  const queries = Array.from({ length: QUERIES }, (_, i) => ({
    ...{ text: i % 5 === 4 ? undefined : text(4), vector: i % 5 === 3 ? undefined : vector() },
    ...{ k: 10, lambda: i % 2 === 0 ? 0.7 : 1, halfLifeMs: i % 3 === 0 ? 250_000 : undefined },
  }));
  return { documents, queries };
}

const isSecret = (id: string) => id.endsWith('7');

test(`state.A10 1000 documents and 200 queries: order and scores are those of brute force (seed ${SEED})`, () => {
  const { documents, queries } = corpus(SEED);
  const everything = indexOf(documents);
  const withoutSecrets = indexOf(documents.filter(({ id }) => !isSecret(id)));
  const ages = new Map(documents.map(({ id, ageMs }) => [id, ageMs]));
  const visible = documents.filter(({ id }) => !isSecret(id));
  for (const { halfLifeMs, ...rest } of queries) {
    const recency = halfLifeMs === undefined ? undefined : { halfLifeMs, ageMs: (id: string) => ages.get(id) ?? 0 };
    const search: Search = { ...rest, recency };
    const found = everything.search({ ...search, isVisible: (id) => !isSecret(id) });
    expect(found.hits).toEqual(bruteForce(visible, { ...rest, halfLifeMs }));
    expect(found).toEqual(withoutSecrets.search(search));
  }
});

/** An index that has seen the documents in an order of its own, and others come and go. */
function indexOf(documents: readonly Plain[]): SearchIndex {
  const index = new SearchIndex({ documents: DOCUMENTS, characters: 1_000_000 });
  for (const { id } of documents.slice(0, 50)) index.put(id, { text: 'w0 w1 w2' });
  for (const { id, ...document } of documents.toReversed()) index.put(id, document);
  return index;
}
