import { ml } from '@seedcore/contracts';
import { ok } from '@seedcore/protocol';
import { standIn, startService } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { bed, replica } from './testing/started-state.ts';

const TEXTS = ['red pump fails', 'the blower stands still', 'salt keeps'] as const;

/** An ml that knows a few meanings: numbers for a text by what it is about. */
function modelOn({ clock, bus }: ReturnType<typeof bed>) {
  const asked: string[] = [];
  const meaning = (text: string) => (/pump|blower|engine/.test(text) ? [1, 0.1 + text.length / 1e3] : [0.01, 1]);
  const handlers = standIn(ml, {
    embeddings: ({ input }) => {
      const texts = typeof input === 'string' ? [input] : input;
      asked.push(...texts);
      return ok({ vectors: texts.map(meaning), dims: 2, model: 'tiny' });
    },
  });
  startService({ contract: ml, handlers }, { clock, bus });
  return asked;
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

async function start() {
  const on = bed();
  const service = await replica(on);
  const kinds = ['observation', 'observation', 'episode'];
  const stored = await service.store_memory({
    agent_id: 'a1',
    items: TEXTS.map((text, i) => ({ text, kind: kinds[i] ?? '', salience: i === 1 ? 0.9 : 0.1 })),
  });
  expect(stored).toMatchObject({ ok: true, value: { stored: Array(3).fill({ vector: 'pending' }) } });
  const search = async (input: object = {}, reader = 'a1') => {
    const reply = await during(on, service.search_memory({ agent_id: reader, query: 'red engine', ...input }));
    if (!reply.ok) throw new Error(JSON.stringify(reply.failure));
    const degraded = 'degraded' in reply ? reply.degraded : undefined;
    return { ...reply.value, degraded, texts: reply.value.hits.map(({ item }) => item.text) };
  };
  return Object.assign(on, { service, search });
}

test('state.A11: without ml memories are found by words, and marked; once it is back all are embedded, none twice', async () => {
  const on = await start();
  await on.clock.advance(5000);
  const words = await on.search();
  expect(words).toMatchObject({ texts: [TEXTS[0]], coverage: { index: 1, vectors: 0 } });
  expect(words.degraded).toEqual({ reason: 'no_query_vector', source: 'default' });
  const asked = modelOn(on);
  await on.clock.advance(180_000);
  expect(asked.filter((text) => text !== 'model').sort()).toEqual([...TEXTS].sort());
  const both = await on.search({ mmr_lambda: 1 });
  expect(both).toMatchObject({ texts: TEXTS, coverage: { vectors: 1 }, degraded: undefined });
  expect(both.hits[0]).toMatchObject({
    item: { vector: 'stored' },
    rank_text: 1,
    score: 1,
    score_vector: expect.any(Number),
  });
});

test('a vector that was given is used as it is, or refused with what it should be like', async () => {
  const on = await start();
  modelOn(on);
  await on.clock.advance(180_000);
  const given = await on.search({ mode: 'vector', query_vector: { model: 'tiny', values: [0, 1] }, mmr_lambda: 1 });
  expect(given.texts[0]).toBe('salt keeps');
  const query_vector = { model: 'other', values: [1, 0] };
  expect(await on.service.search_memory({ agent_id: 'a1', query: 'x', query_vector })).toEqual({
    ok: false,
    failure: { code: 'bad_vector', details: { model: 'tiny', dim: 2 } },
  });
});

test('who may not see a memory finds nothing, and a hit counts', async () => {
  const on = await start();
  expect((await on.search({ mode: 'text' }, 'b1')).texts).toEqual([]);
  expect((await on.search({ mode: 'text' })).texts).toEqual([TEXTS[0]]);
  expect(await on.service.get_memory_stats({ agent_id: 'a1' })).toMatchObject({
    value: { tiers: [{ hits: 1 }, {}, {}] },
  });
});

test('state.A10: a replica that starts anew gives the same answer, byte for byte', async () => {
  const on = await start();
  const first = await on.search({ mode: 'text' });
  const service = await replica(on, 30);
  const reply = await service.search_memory({ agent_id: 'a1', query: 'red engine', mode: 'text' });
  const hits = reply.ok ? reply.value.hits : [];
  const withoutAge = (of: typeof hits) =>
    JSON.stringify(of.map((hit) => ({ ...hit, item: { ...hit.item, age_ms: 0 } })));
  expect(hits).not.toEqual([]);
  expect(withoutAge(hits)).toBe(withoutAge(first.hits));
});
