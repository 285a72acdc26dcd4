import { SearchIndex, type Vector } from '@seedcore/retrieval';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inParts } from '../support/in-parts.ts';
import { type CorpusQuery, ndcg10, searchCorpus } from '../support/search-corpus.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const SEED = Number(process.env['SEARCH_SEED'] ?? 20_261_123);
/** Corpora of the second test. The weights of the fusion were chosen on those of the seeds 1 to 5, so none of these is. */
const SEEDS = [SEED, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const MODES = ['text', 'vector', 'hybrid'] as const;
const AT_ONCE = 8;
/** Texts whose vectors fit into one reply. */
const EMBEDDED_AT_ONCE = 50;

type Mode = (typeof MODES)[number];
type Asked = CorpusQuery & { readonly vector: Vector };
/** nDCG@10 of every query, by mode in the order of {@link MODES}. */
type Scores = readonly (readonly number[])[];

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: ['ml', 'state'] });
});
afterAll(() => mesh?.stop());

test(`hybrid search of facts beats words alone and vectors alone in nDCG@10 (seed ${SEED}, SEARCH_SEED sets it)`, async () => {
  const { texts, queries } = searchCorpus(SEED);
  expect([texts.length, queries.length, new Set(texts.map(({ text }) => text)).size]).toEqual([1000, 100, 1000]);
  await inParts(texts, AT_ONCE, async ({ id: fact_id, text }) => {
    const { body } = await mesh.call('state', 'store_fact', { fact_id, text, source: 'corpus' });
    expect(body).toMatchObject({ fact_id, deduplicated: false });
  });
  await until('every text to have a vector', allEmbedded, 240_000);
  const asked = await withVectors(queries);
  const scores = await inParts(MODES, 1, (mode) => inParts(asked, AT_ONCE, (query) => askState(query, mode)));
  console.log(table(scores, queries));
  const [text = 1, vector = 1, hybrid = 0] = scores.map(mean);
  expect(hybrid).toBeGreaterThan(text);
  expect(hybrid).toBeGreaterThan(vector);
});

test(`over ${SEEDS.length} corpora hybrid search beats words alone and vectors alone by more than chance (seeds ${SEEDS.join(', ')})`, async () => {
  const corpora = await inParts(SEEDS, 1, scoresOfCorpus);
  const rows = corpora.map((scores, i) => row(`seed ${SEEDS[i]}`, scores.map(mean)));
  const all = MODES.map((_, i) => corpora.flatMap((scores) => scores[i] ?? []));
  const [text = 1, vector = 1, hybrid = 0] = all.map(mean);
  const gain = (all[2] ?? []).map((score, i) => score - (all[1]?.[i] ?? 0));
  const error = `hybrid − vector ${mean(gain).toFixed(4)} ± ${standardError(gain).toFixed(4)}`;
  console.log([row('nDCG@10', MODES), ...rows, row('mean', [text, vector, hybrid]), error].join('\n'));
  expect(hybrid).toBeGreaterThan(text);
  expect(mean(gain)).toBeGreaterThan(2 * standardError(gain));
});

async function allEmbedded(): Promise<boolean> {
  const { body } = await mesh.call('state', 'search_facts', { query: 'case', mode: 'vector' });
  return body.coverage?.index === 1 && body.coverage?.vectors === 1;
}

/** A search waits for a vector for a while only, and a slow machine is no part of the question: they are made beforehand. */
async function withVectors<T extends { readonly text: string }>(
  all: readonly T[],
): Promise<(T & { vector: Vector })[]> {
  const parts = Array.from({ length: Math.ceil(all.length / EMBEDDED_AT_ONCE) }, (_, i) =>
    all.slice(i * EMBEDDED_AT_ONCE, (i + 1) * EMBEDDED_AT_ONCE),
  );
  const done = await inParts(parts, 4, async (part) => {
    const { body } = await mesh.call('ml', 'embeddings', { input: part.map(({ text }) => text) });
    return part.map((one, i) => ({
      ...one,
      vector: { model: body.model, values: Float32Array.from(body.vectors[i]) },
    }));
  });
  return done.flat();
}

async function askState({ text: query, vector, answers }: Asked, mode: Mode): Promise<number> {
  const query_vector = { model: vector.model, values: [...vector.values] };
  const { body } = await mesh.call('state', 'search_facts', { query, query_vector, mode, k: 10 });
  expect(body).toMatchObject({ facts: expect.any(Array), coverage: { index: 1 } });
  return ndcg10(
    body.facts.map(({ fact }: { fact: { fact_id: string } }) => fact.fact_id),
    answers,
  );
}

/** The same without state: the index that it searches with, and vectors of ml. */
async function scoresOfCorpus(seed: number): Promise<Scores> {
  const { texts, queries } = searchCorpus(seed);
  const index = new SearchIndex({ documents: texts.length, characters: 10_000_000 });
  for (const { id, ...document } of await withVectors(texts)) index.put(id, document);
  const asked = await withVectors(queries);
  return MODES.map((mode) =>
    asked.map(({ text, vector, answers }) => {
      const by = { ...(mode !== 'vector' && { text }), ...(mode !== 'text' && { vector }) };
      const { hits } = index.search({ ...by, k: 10 });
      return ndcg10(
        hits.map(({ id }) => id),
        answers,
      );
    }),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function standardError(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)) / (values.length - 1));
}

const row = (name: string, cells: readonly (string | number)[]): string =>
  name.padEnd(16) + cells.map((cell) => (typeof cell === 'string' ? cell : cell.toFixed(4)).padStart(9)).join('');

function table(scores: Scores, queries: readonly CorpusQuery[]): string {
  const kinds = ['all', 'rare', 'misspelt', 'paraphrase', 'wordy'];
  const rows = kinds.map((kind) => {
    const of = (all: readonly number[]) => mean(all.filter((_, i) => kind === 'all' || queries[i]?.kind === kind));
    return row(kind, scores.map(of));
  });
  return [row('nDCG@10', MODES), ...rows].join('\n');
}
