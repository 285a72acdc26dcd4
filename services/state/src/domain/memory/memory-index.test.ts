import type { MemoryItem } from '@seedcore/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { memory } from '../../testing/a-memory.ts';
import { MemoryIndex, type MemoryQuery } from './memory-index.ts';
import { memoryKey } from './memory-key.ts';
import { memoryWorth } from './memory-worth.ts';

const NOW = Date.UTC(2026, 10, 22, 1);
const organs: Readonly<Record<string, string>> = { a1: 'o1', b1: 'o1', c1: 'o2' };
const asked = (more: Partial<MemoryQuery> = {}): MemoryQuery => ({
  reader: { agentId: 'a1', organOf: (agentId) => organs[agentId], projectId: 'p1' },
  ...{ text: 'red pump', k: 50, lambda: 1, include: ['own', 'project', 'organ', 'public'] },
  ...{ kinds: [], tiers: [], tags: [], sinceMs: undefined, halfLifeMs: undefined },
  ...more,
});
function indexOf(items: readonly MemoryItem[], limits = { documents: 1000, characters: 100_000 }): MemoryIndex {
  const index = new MemoryIndex(limits);
  for (const item of items) index.tell(memoryKey(item.tier, item), item);
  return index;
}
const texts = (index: MemoryIndex, more: Partial<MemoryQuery> = {}) =>
  index.search(asked(more), NOW).hits.map(({ item }) => item.text);

const pumps = ['red pump fails', 'red pump red valve', 'blue valve'].map((text, i) =>
  memory({ memory_id: `m${i}`, text }),
);

test('state.A1: "red pump" over three memories', () => {
  const { hits } = indexOf(pumps).search(asked(), NOW);
  expect(hits.map(({ item }) => item.text)).toEqual(['red pump red valve', 'red pump fails']);
  expect(hits.map(({ scoreText }) => scoreText)).toEqual([expect.closeTo(1.0044649, 8), expect.closeTo(0.94000726, 8)]);
});

test('conditions leave hits out and change no score', () => {
  const items = [
    ...pumps,
    memory({ memory_id: 'm9', text: 'red pump', kind: 'insight', tags: ['x'], tier: 'flashbulb' }),
  ];
  const index = indexOf(items);
  const scoreOf = (more: Partial<MemoryQuery>) => index.search(asked(more), NOW).hits.at(-1)?.scoreText;
  expect(texts(index, { kinds: ['insight'] })).toEqual(['red pump']);
  expect(texts(index, { tiers: ['flashbulb'] })).toEqual(['red pump']);
  expect(texts(index, { tags: ['x'] })).toEqual(['red pump']);
  expect(texts(index, { include: ['public'] })).toEqual([]);
  expect(texts(index, { sinceMs: NOW })).toEqual([]);
  expect(scoreOf({ kinds: ['insight'] })).toBe(index.search(asked(), NOW).hits[0]?.scoreText);
});

test('what was replaced, removed or is at its end is not found', () => {
  const index = indexOf([
    ...pumps.slice(0, 1),
    memory({ memory_id: 'r', text: 'red', replaced_by: 'm0' }),
    memory({ memory_id: 'e', text: 'red', expires_at: '2026-11-22T00:30:00.000Z' }),
  ]);
  expect(texts(index)).toEqual(['red pump fails']);
  index.tell('m.a1.m0', undefined);
  expect(texts(index)).toEqual([]);
});

test('half as old counts for twice as much when it is asked for', () => {
  const at = (hours: number) => new Date(NOW - hours * 3_600_000).toISOString();
  const index = indexOf([
    memory({ memory_id: 'm0', text: 'red pump', created_at: at(10) }),
    memory({ memory_id: 'm1', text: 'red pump too', created_at: at(0) }),
  ]);
  expect(texts(index)).toEqual(['red pump', 'red pump too']);
  expect(texts(index, { halfLifeMs: 3_600_000 })).toEqual(['red pump too', 'red pump']);
});

const words = fc.array(fc.constantFrom('red', 'blue', 'pump', 'valve', 'hums', 'fails'), {
  minLength: 1,
  maxLength: 6,
});
const items = fc
  .array(
    fc.record({
      text: words.map((all) => all.join(' ')),
      agent_id: fc.constantFrom('a1', 'b1', 'c1'),
      visibility: fc.constantFrom('private' as const, 'project' as const, 'organ' as const, 'public' as const),
      project_id: fc.constantFrom('p1', 'p2'),
      tier: fc.constantFrom('long_term' as const, 'flashbulb' as const, 'episode' as const),
    }),
    { maxLength: 25 },
  )
  .map((all) => all.map((about, i) => memory({ ...about, memory_id: `m${i}` })));

/** Who may see what, written out once more. */
const sees = ({ agent_id, visibility, project_id }: MemoryItem): boolean =>
  agent_id === 'a1' ||
  visibility === 'public' ||
  (visibility === 'project' && project_id === 'p1') ||
  (visibility === 'organ' && agent_id === 'b1');

test('state.A10: memories the reader may not see change neither hits nor scores', () => {
  fc.assert(
    fc.property(items, words, fc.constantFrom(1, 0.7), (all, query, lambda) => {
      const search = { text: query.join(' '), lambda };
      const visible = indexOf(all.filter(sees)).search(asked(search), NOW);
      expect(indexOf(all).search(asked(search), NOW)).toEqual(visible);
    }),
  );
});

test('state.A10: the same memories give the same hits, whatever came in which order and went meanwhile', () => {
  fc.assert(
    fc.property(items, items, words, (all, gone, query) => {
      const search = asked({ text: query.join(' '), lambda: 0.7 });
      const index = indexOf(gone.map((item) => ({ ...item, memory_id: `x${item.memory_id}` })));
      for (const item of all.toReversed()) index.tell(memoryKey(item.tier, item), item);
      for (const item of gone)
        index.tell(memoryKey(item.tier, { ...item, memory_id: `x${item.memory_id}` }), undefined);
      expect(index.search(search, NOW)).toEqual(indexOf(all).search(search, NOW));
    }),
  );
});

test('state.A17: beyond its limit the index holds what is worth most, says what share that is, and embeds nothing else', () => {
  const all = Array.from({ length: 20 }, (_, i) =>
    memory({ memory_id: `m${i}`, text: `red ${i}`, salience: ((i * 7) % 20) / 20 }),
  );
  const index = indexOf(all, { documents: 8, characters: 1000 });
  index.weigh(NOW, () => 0);
  const best = all.toSorted((a, b) => memoryWorth(b, NOW) - memoryWorth(a, NOW)).slice(0, 8);
  const names = (of: readonly MemoryItem[]) => of.map(({ memory_id }) => memory_id).sort();
  expect(names(index.search(asked({ text: 'red' }), NOW).hits.map(({ item }) => item))).toEqual(names(best));
  expect(index.coverage).toBeCloseTo(8 / 20, 12);
  expect(
    index.books.long_term
      .wanted(undefined, 100)
      .map(({ text }) => text)
      .sort(),
  ).toEqual(best.map(({ text }) => text).sort());
  for (const item of best) index.tell(memoryKey(item.tier, item), undefined);
  index.weigh(NOW, () => 0);
  expect(index.coverage).toBeCloseTo(8 / 12, 12);
});
