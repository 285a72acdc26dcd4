import { afterAll, beforeAll, expect, test } from 'vitest';
import { inParts } from '../support/in-parts.ts';
import { loseService } from '../support/lose-service.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const FACTS = 60;
const texts = Array.from(
  { length: FACTS },
  (_, i) => `pump ${i} was vibrating at the ${i % 2 ? 'north' : 'south'} hall`,
);

let mesh: TestMesh;
/** Writes of vectors, by the key of the fact. */
const written = new Map<string, number>();
beforeAll(async () => {
  mesh = await startMesh({ services: ['ml', 'state'] });
  mesh.nats.subscribe(`$KV.${mesh.ns}_memory.v.>`, {
    callback: (_, { subject }) => void written.set(subject, (written.get(subject) ?? 0) + 1),
  });
});
afterAll(() => mesh?.stop());

const search = async (input: object) => (await mesh.call('state', 'search_facts', input)).body;
/** Searches with a vector made beforehand: a search waits for one for a while only. */
async function ranking(query: string) {
  const { body } = await mesh.call('ml', 'embeddings', { input: query });
  const { facts, coverage } = await search({
    query,
    query_vector: { model: body.model, values: body.vectors[0] },
    k: 50,
  });
  return { coverage, hits: facts.map(ranked) };
}

test('state.A11 with ml stopped every search answers and is marked; with ml back every fact is embedded, none twice', async () => {
  await loseService(mesh, 'ml');
  await inParts([...texts.entries()], 8, async ([i, text]) => {
    const { body } = await mesh.call('state', 'store_fact', { text, source: 'test', fact_id: `f${i}` });
    expect(body).toMatchObject({ fact_id: `f${i}` });
  });
  for (let i = 0; i < 5; i++) {
    const found = await search({ query: `vibrating ${i}` });
    expect(found.degraded).toEqual({ reason: 'no_query_vector', source: 'default' });
    expect(found.coverage.vectors).toBe(0);
    expect(found.facts.length).toBeGreaterThan(0);
  }
  expect([...written]).toEqual([]);
  mesh.services.set('ml', mesh.start('ml'));
  await mesh.ready('ml');
  const found = await until(
    'every fact to have a vector',
    async () => {
      const now = await search({ query: 'vibration' });
      return now.coverage?.vectors === 1 ? now : undefined;
    },
    180_000,
  );
  expect(found.degraded).toBeUndefined();
  // No fact has the word; what is alike is found by its vector.
  expect(found.facts).toHaveLength(10);
  expect(found.facts[0]).toMatchObject({ ranks: { vector: 1 }, fact: { vector: 'stored' } });
  expect(found.facts[0].ranks.text).toBeUndefined();
  await until('the last write to be heard', () => written.size === FACTS);
  expect([...written.values()]).toEqual(Array(FACTS).fill(1));
});

test('state.A10 a restarted replica finds the same, in the same order with the same scores', async () => {
  const queries = ['vibration in the north hall', 'pump 7', 'sothern puump'];
  const asked = () => Promise.all(queries.map(ranking));
  const before = await asked();
  expect(before[0]?.hits.length).toBeGreaterThan(10);
  await mesh.services.get('state')?.stop('SIGTERM');
  mesh.services.set('state', mesh.start('state'));
  await mesh.ready('state');
  await until('facts and vectors to be read', async () => {
    const { coverage } = await search({ query: 'pump' });
    return coverage.index === 1 && coverage.vectors === 1;
  });
  expect(await asked()).toEqual(before);
  expect([...written.values()]).toEqual(Array(FACTS).fill(1));
});

test('state.A10 a fact that is not public changes neither hits nor scores', async () => {
  const asked = () => ranking('pump 7 in the north hall');
  const before = await asked();
  const secret = { fact_id: 'secret', text: 'pump 7 north north hall', source: 'test', visibility: 'private' };
  await mesh.call('state', 'store_fact', secret);
  await until('the secret to have its vector', async () => {
    const { facts } = await search({ ids: ['secret'] });
    return facts[0]?.fact.vector === 'stored';
  });
  expect(await asked()).toEqual(before);
});

type Found = { fact: { fact_id: string }; score: number; ranks: object; score_text?: number; score_vector?: number };
const ranked = ({ fact, score, ranks, score_text, score_vector }: Found) => ({
  ...{ id: fact.fact_id, score, ranks, score_text, score_vector },
});
