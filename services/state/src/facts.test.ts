import { ml } from '@seedcore/contracts';
import { ok } from '@seedcore/protocol';
import { standIn, startService } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { LOCAL_MODEL } from './domain/embedded.ts';
import { bed, replica } from './testing/started-state.ts';

const anything = z.looseObject({});

const [PUMP, BLOWER, SALT] = ['red pump fails', 'the blower stands still', 'salt keeps'];

/** An ml that knows a few meanings: numbers for a text by what it is about. */
function modelOn({ clock, bus }: ReturnType<typeof bed>) {
  const model = {
    name: 'tiny',
    asked: [] as string[][],
    models: [] as (string | undefined)[],
    broken: false,
    delayMs: 0,
  };
  const meaning = (text: string) => (/pump|blower|engine/.test(text) ? [1, 0.1 + text.length / 1e3] : [0.01, 1]);
  const service = startService(
    {
      contract: ml,
      handlers: standIn(ml, {
        embeddings: async ({ input, model: named }) => {
          const texts = typeof input === 'string' ? [input] : input;
          model.asked.push([...texts]);
          model.models.push(named);
          if (model.delayMs > 0) await new Promise<void>((resolve) => void clock.after(model.delayMs, resolve));
          const vectors = texts.map((text) => (model.broken ? [0, 0] : meaning(text)));
          return ok({ vectors, dims: 2, model: named ?? model.name });
        },
      }),
    },
    { clock, bus },
  );
  return Object.assign(model, { stop: () => service.stop() });
}

async function start() {
  const on = bed();
  const service = await replica(on);
  const store = (text: string, more: object = {}) =>
    service.store_fact({ text, source: 'test', fact_id: text.split(' ')[0], ...more });
  const search = async (input: object) => {
    const reply = await during(on, service.search_facts(input));
    if (!reply.ok) throw new Error(JSON.stringify(reply.failure));
    return {
      ...reply.value,
      degraded: 'degraded' in reply ? reply.degraded : undefined,
      ids: reply.value.facts.map(({ fact }) => fact.fact_id),
    };
  };
  return Object.assign(on, { service, store, search });
}

/** Lets time pass until `work` is done. */
async function during<T>({ clock }: ReturnType<typeof bed>, work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  work.then(end, end);
  for (let i = 0; i < 200 && !isDone; i++) await clock.advance(50);
  return work;
}

test('state.A11 without ml every search answers by words and says so; once it is back all is embedded, nothing twice', async () => {
  const on = await start();
  for (const text of [PUMP, BLOWER, SALT]) await on.store(text);
  await on.clock.advance(5000);
  const words = await on.search({ query: 'red engine' });
  expect(words).toMatchObject({ ids: ['red'], coverage: { index: 1, vectors: 0 } });
  expect(words.degraded).toEqual({ reason: 'no_query_vector', source: 'default' });
  expect(words.facts[0]).toMatchObject({ fact: { vector: 'pending' }, ranks: { text: 1 }, score: 1 });
  expect(on.service.running.degradedBy?.()).toContain('no_embeddings');
  const model = modelOn(on);
  await on.clock.advance(120_000);
  expect(model.asked).toEqual([[PUMP, SALT, BLOWER]].map((texts) => expect.arrayContaining(texts)));
  const both = await on.search({ query: 'red engine' });
  expect(both).toMatchObject({ ids: ['red', 'the', 'salt'], coverage: { vectors: 1 }, degraded: undefined });
  expect(both.facts[0]).toMatchObject({
    fact: { vector: 'stored' },
    ranks: { text: 1 },
    score_vector: expect.any(Number),
  });
  expect(on.service.running.degradedBy?.()).toEqual([]);
});

test('the rank of a fact is by words, by meaning, or by both', async () => {
  const on = await start();
  const model = modelOn(on);
  for (const text of [PUMP, BLOWER, SALT]) await on.store(text);
  await on.clock.advance(5000);
  expect((await on.search({ query: 'salt', mode: 'text' })).ids).toEqual(['salt']);
  expect((await on.search({ query: 'engine', mode: 'vector' })).ids.slice(0, 2).sort()).toEqual(['red', 'the']);
  const asked = model.asked.length;
  const given = await on.search({ query_vector: { model: 'tiny', values: [0, 1] } });
  expect([given.ids[0], given.coverage.vectors, model.asked.length]).toEqual(['salt', 1, asked]);
  expect(given.facts[0]?.ranks).toEqual({ vector: 1 });
});

test('a vector that cannot be compared with those that are kept is refused, and says with which it could', async () => {
  const on = await start();
  modelOn(on);
  await on.store(PUMP);
  await on.clock.advance(5000);
  const wrong = [
    { model: 'tiny', values: [1, 0, 0] },
    { model: 'tiny', values: [0, 0] },
    { model: 'other', values: [1, 0] },
  ];
  for (const query_vector of wrong)
    expect(await on.service.search_facts({ query_vector })).toEqual({
      ok: false,
      failure: { code: 'bad_vector', details: { model: 'tiny', dim: 2 } },
    });
});

test('a slow model delays no search beyond its share, and no write at all', async () => {
  const on = await start();
  const model = modelOn(on);
  model.delayMs = 1000;
  const stored = await on.store(PUMP);
  expect(stored).toMatchObject({ ok: true });
  const begun = on.clock.now();
  expect((await on.search({ query: 'pump' })).degraded).toMatchObject({ reason: 'no_query_vector' });
  expect(on.clock.now() - begun).toBeLessThan(1000);
});

test('an answer that is no vector is dropped and counted; after three the fact is left without one', async () => {
  const on = await start();
  const model = modelOn(on);
  model.broken = true;
  await on.store(PUMP);
  await on.clock.advance(60_000);
  expect(model.asked).toEqual([[PUMP], [PUMP], [PUMP]]);
  const found = await on.search({ query: 'pump' });
  expect(found.facts[0]).toMatchObject({ fact: { vector: 'off' } });
  expect(found.coverage.vectors).toBe(0);
});

test('after a change of model every text is embedded again', async () => {
  const on = await start();
  const model = modelOn(on);
  for (const text of [PUMP, SALT]) await on.store(text);
  await on.clock.advance(5000);
  model.name = 'tiny-2';
  await on.clock.advance(310_000);
  expect((await on.search({ query_vector: { model: 'tiny-2', values: [1, 0] } })).coverage.vectors).toBe(1);
});

test('what may not leave the mesh is embedded by the local model', async () => {
  const on = await start();
  const model = modelOn(on);
  await on.store(PUMP, { no_external_egress: true });
  await on.store(SALT);
  await on.clock.advance(5000);
  expect(model.models.slice(0, 2)).toEqual(expect.arrayContaining([LOCAL_MODEL, undefined]));
  const secret = model.asked.filter((texts) => texts.includes(PUMP));
  expect(secret).toEqual([[PUMP]]);
});

test('of two replicas one embeds; facts keep the revision their writer knows', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  const model = modelOn(on);
  const texts = Array.from({ length: 70 }, (_, i) => `fact number ${i}`);
  const stored = await Promise.all(
    texts.map((text, i) => (i % 2 ? one : two).store_fact({ text, source: 'test', fact_id: `f${i}` })),
  );
  await on.clock.advance(30_000);
  expect(model.asked.flat().sort()).toEqual([...texts].sort());
  expect(Math.max(...model.asked.map(({ length }) => length))).toBeLessThanOrEqual(32);
  for (const replied of [one, two]) {
    const reply = await during(on, replied.search_facts({ query: 'fact', k: 50 }));
    expect(reply).toMatchObject({ value: { coverage: { vectors: 1 } } });
  }
  const [first] = stored;
  const expected_revision = first?.ok ? first.value.revision : 0;
  expect(await one.store_fact({ text: 'other', source: 'test', fact_id: 'f0', expected_revision })).toMatchObject({
    ok: true,
  });
});

test('when the replica that embeds leaves, another goes on and repeats nothing', async () => {
  const on = bed();
  const [one, two] = [await replica(on, 10), await replica(on, 20)];
  const model = modelOn(on);
  await one.store_fact({ text: PUMP, source: 'test' });
  await on.clock.advance(5000);
  await during(on, Promise.resolve(one.running.drain?.(1000)));
  await two.store_fact({ text: SALT, source: 'test' });
  await on.clock.advance(60_000);
  expect(model.asked.filter(([text]) => text !== 'model')).toEqual([[PUMP], [SALT]]);
});

test('a fact is deleted by compare-and-set, and its vector goes after it', async () => {
  const on = await start();
  modelOn(on);
  const stored = await on.store(PUMP);
  await on.clock.advance(5000);
  const revision = stored.ok ? stored.value.revision : 0;
  const gone = (expected_revision?: number) =>
    on.service.delete_fact({ fact_id: 'red', ...(expected_revision !== undefined && { expected_revision }) });
  expect(await gone(revision + 1)).toMatchObject({
    failure: { code: 'conflict', details: { current_revision: revision } },
  });
  expect(await gone(revision)).toEqual({ ok: true, value: { deleted: true } });
  expect(await gone()).toEqual({ ok: true, value: { deleted: false } });
  expect((await on.search({ query: 'pump' })).ids).toEqual([]);
  await on.clock.advance(310_000);
  const left = await on.service.store
    .bucket({ name: 'memory', schema: anything, version: 1 })
    .list('v.', { limit: 10 });
  expect(left.items).toEqual([]);
});

test('a fact of the time before it could be hidden is public', async () => {
  const on = await start();
  const at = '2026-11-22T00:00:00Z';
  const old = {
    fact_id: 'old',
    text: 'old pump',
    tags: [],
    source: 's',
    trust: null,
    observed_at: at,
    created_at: at,
    updated_at: at,
  };
  await on.service.store.bucket({ name: 'memory', schema: anything, version: 1 }).createOnce('f.old', old);
  await on.clock.advance(0);
  expect((await on.search({ query: 'pump', mode: 'text' })).facts[0]).toMatchObject({ fact: { visibility: 'public' } });
});
