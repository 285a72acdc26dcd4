import { afterAll, beforeAll, expect, test } from 'vitest';
import { inParts } from '../support/in-parts.ts';
import { type CorpusQuery, ndcg10, searchCorpus } from '../support/search-corpus.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const SEED = Number(process.env['SEARCH_SEED'] ?? 20_261_123);
const MODES = ['text', 'vector', 'hybrid'] as const;
const AT_ONCE = 8;

const { texts, queries } = searchCorpus(SEED);
let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: ['ml', 'state'] });
});
afterAll(() => mesh?.stop());

test(`hybrid search beats words alone and vectors alone in nDCG@10 (seed ${SEED}, SEARCH_SEED sets it)`, async () => {
  expect([texts.length, queries.length, new Set(texts.map(({ text }) => text)).size]).toEqual([1000, 100, 1000]);
  await inParts(texts, AT_ONCE, async ({ id: fact_id, text }) => {
    const { body } = await mesh.call('state', 'store_fact', { fact_id, text, source: 'corpus' });
    expect(body).toMatchObject({ fact_id, deduplicated: false });
  });
  await until(
    'every text to have a vector',
    async () => {
      const { body } = await mesh.call('state', 'search_facts', { query: 'case', mode: 'vector' });
      return body.coverage?.index === 1 && body.coverage?.vectors === 1;
    },
    240_000,
  );
  // Made beforehand: a search waits for a vector for a while only, and a slow machine is no part of the question.
  const { body } = await mesh.call('ml', 'embeddings', { input: queries.map(({ text }) => text) });
  const asked = queries.map((query, i) => ({ ...query, vector: { model: body.model, values: body.vectors[i] } }));
  const scores = await inParts(MODES, 1, (mode) => scoresOf(mode, asked));
  const [text, vector, hybrid] = scores.map(mean);
  console.log(table(scores));
  expect(hybrid).toBeGreaterThan(text ?? 1);
  expect(hybrid).toBeGreaterThan(vector ?? 1);
});

type Asked = CorpusQuery & { readonly vector: { readonly model: string; readonly values: readonly number[] } };

/** nDCG@10 of every query. */
async function scoresOf(mode: (typeof MODES)[number], asked: readonly Asked[]): Promise<number[]> {
  return inParts(asked, AT_ONCE, async ({ text: query, vector: query_vector, answers }) => {
    const { body } = await mesh.call('state', 'search_facts', { query, query_vector, mode, k: 10 });
    expect(body).toMatchObject({ facts: expect.any(Array), coverage: { index: 1 } });
    const found: string[] = body.facts.map(({ fact }: { fact: { fact_id: string } }) => fact.fact_id);
    return ndcg10(found, answers);
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function table(scores: readonly (readonly number[])[]): string {
  const kinds: (CorpusQuery['kind'] | 'all')[] = ['all', 'rare', 'misspelt', 'paraphrase', 'wordy'];
  const rows = kinds.map((kind) => {
    const of = (all: readonly number[]) => all.filter((_, i) => kind === 'all' || queries[i]?.kind === kind);
    return `${kind.padEnd(12)}${scores.map((all) => mean(of(all)).toFixed(4).padStart(10)).join('')}`;
  });
  return [`nDCG@10     ${MODES.map((mode) => mode.padStart(10)).join('')}`, ...rows].join('\n');
}
