import type { Fact, NewFact } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { markOf } from './embedded.ts';
import { type FactQuery, FactShelf } from './fact-shelf.ts';
import { factId, reviseFact, textTooLarge } from './revise-fact.ts';

const NOW = Date.UTC(2026, 10, 22);
const fact = (fact_id: string, text: string, more: Partial<Fact> = {}): Fact => ({
  fact_id,
  text,
  tags: [],
  source: 'test',
  trust: null,
  visibility: 'public',
  no_external_egress: false,
  observed_at: '2026-11-21T00:00:00Z',
  created_at: '2026-11-21T00:00:00Z',
  updated_at: '2026-11-21T00:00:00Z',
  ...more,
});
const shelf = (...facts: Fact[]) => {
  const filled = new FactShelf();
  for (const [i, value] of facts.entries()) filled.take({ id: value.fact_id, rev: i + 1, value });
  return filled;
};
const asked = (more: Partial<FactQuery>): FactQuery => ({ tags: [], k: 10, include_expired: false, ...more });
const ids = (on: FactShelf, more: Partial<FactQuery>) =>
  on.search(asked(more), NOW).facts.map((found) => found.fact.fact_id);

const pumps = [fact('A', 'red pump fails'), fact('B', 'red pump red valve'), fact('C', 'blue valve')];

test('a hit carries its share of the best score and the score itself', () => {
  const found = shelf(...pumps).search(asked({ query: 'red pump' }), NOW).facts;
  expect(found.map(({ score }) => Number(score.toFixed(6)))).toEqual([1, 0.857143]);
  expect(found[0]?.scoreText).toBeCloseTo(1.0044649, 8);
  expect(found[0]?.stalenessS).toBe(86_400);
});

test('conditions hold all at once, without words the newest first', () => {
  const filled = shelf(
    fact('old', 'x', { tags: ['incident', 'pump'], observed_at: '2026-11-01T00:00:00Z', trust: 0.9 }),
    fact('new', 'x', { tags: ['incident'], observed_at: '2026-11-20T00:00:00Z', subject: 'pump-3' }),
  );
  expect(ids(filled, { tags: ['incident'] })).toEqual(['new', 'old']);
  expect(ids(filled, { tags: ['incident', 'pump'] })).toEqual(['old']);
  expect(ids(filled, { subject: 'pump-3' })).toEqual(['new']);
  expect(ids(filled, { min_trust: 0.5 })).toEqual(['old']);
  expect(ids(filled, { max_staleness_s: 3 * 86_400 })).toEqual(['new']);
  expect(ids(filled, { ids: ['old', 'nobody'] })).toEqual(['old']);
  expect(ids(filled, { k: 1 })).toEqual(['new']);
});

test('an expired fact is hidden, and changes no score of the others', () => {
  const expired = fact('D', 'red red red pump', { valid_until: '2026-11-21T12:00:00Z' });
  const filled = shelf(...pumps, expired);
  expect(filled.search(asked({ query: 'red pump' }), NOW)).toEqual(
    shelf(...pumps).search(asked({ query: 'red pump' }), NOW),
  );
  expect(ids(filled, { query: 'red pump', include_expired: true })).toContain('D');
});

test('what is not public is found by its id only, and changes no score of the others', () => {
  const hidden = fact('D', 'red red red pump', { visibility: 'project', subject: 'pump' });
  const filled = shelf(...pumps, hidden);
  expect(filled.search(asked({ query: 'red pump' }), NOW)).toEqual(
    shelf(...pumps).search(asked({ query: 'red pump' }), NOW),
  );
  expect([ids(filled, { subject: 'pump' }), ids(filled, { ids: ['D'] })]).toEqual([[], ['D']]);
});

test('a vector finds what shares no word, and belongs to the text it was made of', () => {
  const filled = shelf(...pumps);
  const values = Float32Array.of(1, 0);
  const asks = { vector: { model: 'm', values: Float32Array.of(1, 1) } };
  expect(filled.search(asked(asks), NOW)).toEqual({ facts: [], vectors: 0 });
  filled.vectors.take({ id: 'C', rev: 10, value: { of: markOf('blue valve'), model: 'm', values, rejected: 0 } });
  const { facts, vectors } = filled.search(asked({ ...asks, query: 'red' }), NOW);
  expect(facts.map((found) => [found.fact.fact_id, found.rankText, found.rankVector, found.vector])).toEqual([
    ['B', 1, undefined, 'pending'],
    ['A', 2, undefined, 'pending'],
    ['C', undefined, 1, 'stored'],
  ]);
  expect(vectors).toBeCloseTo(1 / 3, 12);
  filled.take({ id: 'C', rev: 11, value: fact('C', 'green valve') });
  expect(filled.search(asked(asks), NOW).vectors).toBe(0);
});

test('facts that disagree stand side by side', () => {
  const about = { subject: 'pump-3', predicate: 'state' };
  const filled = shelf(
    fact('up', 'up', { ...about, object: 'running' }),
    fact('down', 'down', { ...about, object: 'stopped' }),
    fact('also', 'also up', { ...about, object: 'running' }),
    fact('vague', 'somehow', about),
  );
  const found = filled.search(asked({ subject: 'pump-3' }), NOW).facts;
  expect(Object.fromEntries(found.map((one) => [one.fact.fact_id, one.conflictSet]))).toEqual({
    up: ['down'],
    also: ['down'],
    down: ['also', 'up'],
    vague: [],
  });
});

const told = (more: Partial<NewFact> = {}): NewFact => ({
  text: 'Pump 3 hums',
  source: 'me',
  tags: [],
  trust: null,
  visibility: 'public',
  no_external_egress: false,
  ...more,
});
const at = { id: 'x', time: '2026-11-22T00:00:00.000Z' };

test('the same text from the same source has the same id, however it is spaced or cased', () => {
  expect(factId({ text: ' Pump  3\nHUMS', source: 'me' })).toBe(factId({ text: 'pump 3 hums', source: 'me' }));
  expect(factId({ text: 'pump 3 hums', source: 'you' })).not.toBe(factId({ text: 'pump 3 hums', source: 'me' }));
  expect(factId(told())).toMatch(/^[0-9a-f]{26}$/);
});

test('seen again, the later observation is kept; seen earlier, nothing is new', () => {
  const first = reviseFact(undefined, told({ observed_at: '2026-11-20T00:00:00Z', tags: ['a'], trust: 0.7 }), at).fact;
  const later = reviseFact(first, told({ observed_at: '2026-11-21T00:00:00Z', tags: ['b'] }), at);
  expect(later).toMatchObject({ deduplicated: true, isNew: true });
  expect(later.fact).toMatchObject({ observed_at: '2026-11-21T00:00:00Z', tags: ['a', 'b'], trust: 0.7 });
  const earlier = reviseFact(first, told({ observed_at: '2026-11-19T00:00:00Z' }), at);
  expect(earlier).toEqual({ fact: first, deduplicated: true, isNew: false });
});

test('told again, a fact is shown to no more than before', () => {
  const first = reviseFact(undefined, told({ visibility: 'organ', no_external_egress: true }), at).fact;
  const later = { ...at, time: '2026-11-23T00:00:00.000Z' };
  const again = reviseFact(first, told(), later).fact;
  expect(again).toMatchObject({ visibility: 'organ', no_external_egress: true, observed_at: later.time });
  expect(reviseFact(first, told({ visibility: 'private', observed_at: '2020-01-01T00:00:00Z' }), later)).toMatchObject({
    isNew: true,
    fact: { visibility: 'private', observed_at: first.observed_at },
  });
});

test('other text under the same id replaces it', () => {
  const first = reviseFact(undefined, told(), at).fact;
  expect(reviseFact(first, told({ text: 'Pump 3 is silent' }), at)).toMatchObject({ deduplicated: false, isNew: true });
});

test('a text is measured in bytes', () => {
  expect(textTooLarge('я'.repeat(2048))).toBeUndefined();
  expect(textTooLarge('я'.repeat(2049))).toEqual({ limit: 4096, got: 4098 });
});
