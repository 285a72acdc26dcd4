import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CorpusQuery, ndcg10, searchCorpus } from '../support/search-corpus.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const SEED = Number(process.env['SEARCH_SEED'] ?? 20_261_123);
const MODES = ['text', 'vector', 'hybrid'] as const;
const AT_ONCE = 20;

const { texts, queries } = searchCorpus(SEED);
let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: ['ml', 'state'] });
});
afterAll(() => mesh?.stop());

test(`hybrid search beats words alone and vectors alone in nDCG@10 (seed ${SEED}, SEARCH_SEED sets it)`, async () => {
  expect([texts.length, queries.length, new Set(texts.map(({ text }) => text)).size]).toEqual([1000, 100, 1000]);
  await inParts(texts, async ({ id: fact_id, text }) => {
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
  const scores = await Promise.all(MODES.map((mode) => scoresOf(mode)));
  const [text, vector, hybrid] = scores.map(mean);
  console.log(table(scores));
  expect(hybrid).toBeGreaterThan(text ?? 1);
  expect(hybrid).toBeGreaterThan(vector ?? 1);
});

/** nDCG@10 of every query. */
async function scoresOf(mode: (typeof MODES)[number]): Promise<number[]> {
  return inParts(queries, async ({ text, answers }) => {
    const { body } = await mesh.call('state', 'search_facts', { query: text, mode, k: 10 });
    expect(body.degraded).toBeUndefined();
    return ndcg10(
      body.facts.map(({ fact }: { fact: { fact_id: string } }) => fact.fact_id),
      answers,
    );
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

/** Does `work` for everything, a few at a time. */
async function inParts<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < all.length; i += AT_ONCE)
    done.push(...(await Promise.all(all.slice(i, i + AT_ONCE).map((one) => work(one)))));
  return done;
}
