import type { MemoryItem } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { memory, told } from '../../testing/a-memory.ts';
import type { Known, Wish } from './known-memories.ts';
import { derivedId } from './memory-key.ts';
import { MOST_FLASHBULBS, planMemories } from './plan-memories.ts';

const NOW = Date.UTC(2026, 10, 22, 1);
const storing = { agent_id: 'a1', project_id: undefined, by: 'organism', wallMs: NOW };
const known = (kept: readonly MemoryItem[] = [], more: Partial<Known> = {}): Known => ({
  kept: new Map(kept.map((item) => [item.memory_id, { item, rev: 7 }])),
  ...{ flashbulbs: 0, storing },
  ...more,
});
const wish = (about: Parameters<typeof told>[0] = {}, more: Partial<Wish> = {}): Wish => {
  const said = told(about);
  return { told: said, memory_id: said.memory_id ?? derivedId('a1', said, undefined), ...more };
};
const step = (of: Wish, world: Known) => {
  const plan = planMemories([of], world);
  return plan.kind === 'steps' ? plan.steps[0] : plan;
};
const kinds = (wishes: readonly Wish[], world = known()) => {
  const plan = planMemories(wishes, world);
  return plan.kind === 'steps' ? plan.steps.map(({ kind }) => kind) : plan;
};

test('a memory that was never said is written over nothing', () => {
  expect(step(wish(), known())).toMatchObject({ kind: 'write', expect: 0, item: { tier: 'long_term', hits: 0 } });
});

test('salience 0.7 makes a flashbulb, an unknown one never does', () => {
  const tier = (about: Parameters<typeof told>[0], world = known()) => {
    const planned = step(wish(about), world);
    return planned?.kind === 'write' ? planned.item.tier : planned;
  };
  expect(tier({ salience: 0.7 })).toBe('flashbulb');
  expect(tier({ salience: 0.69 })).toBe('long_term');
  expect(tier({ salience: null, tier: 'flashbulb' })).toBe('long_term');
  expect(tier({ salience: 0.1, tier: 'flashbulb' })).toBe('flashbulb');
  expect(tier({ salience: 1, tier: 'long_term' })).toBe('long_term');
  expect(tier({ salience: 1 }, known([], { flashbulbs: MOST_FLASHBULBS }))).toBe('long_term');
});

test('flashbulbs of one call count towards their limit', () => {
  const plan = planMemories(
    [wish({ salience: 1, text: 'one' }), wish({ salience: 1, text: 'two' })],
    known([], { flashbulbs: MOST_FLASHBULBS - 1 }),
  );
  const tiers = plan.kind === 'steps' ? plan.steps.map((one) => one.kind === 'write' && one.item.tier) : [];
  expect(tiers).toEqual(['flashbulb', 'long_term']);
});

test('the same words within a day are the same memory, however they are spaced; a day later they are another one', () => {
  const { memory_id } = wish();
  const recent = memory({ memory_id });
  expect(step(wish({ text: ' Pump 3  VIBRATES' }), known([recent]))).toMatchObject({ kind: 'known', duplicate: true });
  const named = memory({ memory_id: 'by-key' });
  expect(step(wish({}, { said: 'by-key' }), known([named]))).toMatchObject({ kind: 'known', duplicate: true });
  const old = memory({ memory_id, created_at: '2026-11-20T00:00:00.000Z' });
  expect(step(wish(), known([old]))).toEqual({ kind: 'further', after: memory_id, wish: 0 });
});

test('a repeat by write_key is what it stored, whatever it says now', () => {
  const again = wish({ write_key: 'k-1', text: 'something else' });
  expect(step(again, known([memory({ memory_id: again.memory_id })]))).toMatchObject({
    ...{ kind: 'known', duplicate: false },
    found: { item: { text: 'pump 3 vibrates' } },
  });
});

test('the same words twice in one call are one memory', () => {
  expect(kinds([wish(), wish({ write_key: 'k-2' }), wish({ kind: 'note' })])).toEqual(['write', 'same', 'write']);
});

test('a memory is written over the revision that was seen, and stays what it was in all else', () => {
  const now = memory({ hits: 3, created_at: '2026-11-01T00:00:00.000Z' });
  const over = (about: Parameters<typeof told>[0]) =>
    step(wish({ memory_id: 'm1', text: 'new', ...about }), known([now]));
  expect(over({ expected_revision: 7 })).toMatchObject({
    ...{ kind: 'write', expect: 7 },
    item: { text: 'new', hits: 3, created_at: now.created_at, updated_at: new Date(NOW).toISOString() },
  });
  const conflict = { kind: 'refused', refusal: { code: 'conflict', details: { current_revision: 7 } } };
  expect(over({ expected_revision: 6 })).toEqual(conflict);
  expect(over({})).toEqual(conflict);
  expect(over({ text: 'pump 3 vibrates', expected_revision: 6 })).toMatchObject({ kind: 'known', duplicate: false });
  expect(step(wish({ memory_id: 'm2', expected_revision: 4 }), known())).toMatchObject({
    refusal: { code: 'conflict', details: { current_revision: 0 } },
  });
});

test('a flashbulb is never changed', () => {
  const flashbulb = memory({ tier: 'flashbulb', salience: 1 });
  const immutable = { kind: 'refused', refusal: { code: 'immutable', details: { memory_id: 'm1' } } };
  expect(step(wish({ memory_id: 'm1', text: 'new', expected_revision: 7 }), known([flashbulb]))).toEqual(immutable);
  expect(step(wish({ text: 'new', replaces: ['m1'] }), known([flashbulb]))).toEqual(immutable);
});

test('a synthesis takes the place of its originals and stands for their bytes; they go a week later', () => {
  const originals = [memory({ represents_bytes: 4000 }), memory({ memory_id: 'm2', text: 'x' })];
  const planned = step(wish({ text: 'both', replaces: ['m1', 'm2', 'm1'] }), known(originals));
  const by = planned?.kind === 'write' ? planned.item.memory_id : '';
  const gone = { replaced_by: by, expires_at: '2026-11-29T01:00:00.000Z' };
  expect(planned).toMatchObject({
    item: { represents_bytes: 4001 },
    originals: [
      { key: 'm.a1.m1', expect: 7, value: gone },
      { key: 'm.a1.m2', expect: 7, value: gone },
    ],
  });
});

test('what is unknown, gone or taken by another is not replaced', () => {
  const replacing = (kept: readonly MemoryItem[]) => step(wish({ text: 'new', replaces: ['m1'] }), known(kept));
  const unknown = { kind: 'refused', refusal: { code: 'unknown_memory', details: { id: 'm1' } } };
  expect(replacing([])).toEqual(unknown);
  expect(replacing([memory({ expires_at: '2026-11-22T00:30:00.000Z' })])).toEqual(unknown);
  expect(replacing([memory({ replaced_by: 'other' })])).toMatchObject({ refusal: { code: 'conflict' } });
  const two = [wish({ text: 'one', replaces: ['m1'] }), wish({ text: 'two', replaces: ['m1'] })];
  expect(kinds(two, known([memory()]))).toMatchObject({ refusal: { code: 'conflict' } });
  const itself = [wish({ memory_id: 'm1', text: 'new', expected_revision: 7, replaces: ['m1'] })];
  expect(kinds(itself, known([memory()]))).toMatchObject({ refusal: { code: 'conflict' } });
});

test('one refusal refuses the whole call', () => {
  expect(kinds([wish(), wish({ text: 'new', replaces: ['nobody'] })])).toMatchObject({ kind: 'refused' });
});

test('an episode is for the journal', () => {
  expect(step(wish({ kind: 'episode', salience: 1 }), known())).toMatchObject({
    ...{ kind: 'append' },
    item: { tier: 'episode', expires_at: '2026-12-22T01:00:00.000Z' },
  });
});

test('a memory with an end of its own has it in every tier', () => {
  const planned = step(wish({ salience: 1, ttl_s: 60 }), known());
  expect(planned).toMatchObject({ item: { tier: 'flashbulb', expires_at: '2026-11-22T01:01:00.000Z' } });
});
