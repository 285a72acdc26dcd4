import type { MemoryItem } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { memory } from '../../testing/a-memory.ts';
import { EpisodeShelf } from './episode-shelf.ts';
import { memoryKey } from './memory-key.ts';
import { MemoryShelf } from './memory-shelf.ts';

const ROOMY = { records: 100, flashbulbs: 50, bytes: 100_000 };
const put = (shelf: MemoryShelf, item: MemoryItem, rev: number) =>
  shelf.take({ id: memoryKey(item.tier, item), rev, value: item });

test('memories are counted by agent and tier, and found by agent, by id and by what they say', () => {
  const shelf = new MemoryShelf(() => undefined, ROOMY);
  put(shelf, memory({ memory_id: 'm1' }), 1);
  put(shelf, memory({ memory_id: 'm2', tier: 'flashbulb', text: 'fire' }), 2);
  put(shelf, memory({ memory_id: 'm1', agent_id: 'b1' }), 3);
  expect([shelf.count('a1', 'long_term'), shelf.count('a1', 'flashbulb'), shelf.total('long_term')]).toEqual([1, 1, 2]);
  expect(shelf.keysOf('m1')).toEqual(['m.a1.m1', 'm.b1.m1']);
  expect([...shelf.memories('a1')].map(({ key }) => key)).toEqual(['m.a1.m1', 'fb.a1.m2']);
  expect(shelf.lastSaid({ agent_id: 'a1', kind: 'observation', text: 'FIRE ' })?.memory_id).toBe('m2');
  expect(shelf.agentsAbove('long_term', 0)).toEqual(['a1', 'b1']);
  shelf.take({ id: 'm.a1.m1', rev: 4 });
  expect([shelf.count('a1', 'long_term'), shelf.keysOf('m1')]).toEqual([0, ['m.b1.m1']]);
});

test('of the same words the newest memory counts', () => {
  const shelf = new MemoryShelf(() => undefined, ROOMY);
  put(shelf, memory({ memory_id: 'new', created_at: '2026-11-22T00:00:00.000Z' }), 1);
  put(shelf, memory({ memory_id: 'old', created_at: '2026-11-20T00:00:00.000Z' }), 2);
  expect(shelf.lastSaid(memory())?.memory_id).toBe('new');
});

test('what there is no room for is known by its key only, and told as gone', () => {
  const told: [string, boolean][] = [];
  const shelf = new MemoryShelf((key, item) => void told.push([key, item !== undefined]), { ...ROOMY, bytes: 4000 });
  put(shelf, memory({ memory_id: 'm1', text: 'x'.repeat(1000) }), 1);
  put(shelf, memory({ memory_id: 'm2', text: 'y'.repeat(1000) }), 2);
  expect([shelf.size, [...shelf.withheld.keys()]]).toEqual([1, ['m.a1.m2']]);
  expect(told).toEqual([
    ['m.a1.m1', true],
    ['m.a1.m2', false],
  ]);
});

test('flashbulbs take a part of the room only: what is evicted by worth is always there to be weighed', () => {
  const shelf = new MemoryShelf(() => undefined, { ...ROOMY, records: 4, flashbulbs: 2 });
  for (let i = 0; i < 4; i++) put(shelf, memory({ memory_id: `f${i}`, tier: 'flashbulb', text: `fire ${i}` }), i + 1);
  for (let i = 0; i < 3; i++) put(shelf, memory({ memory_id: `m${i}`, text: `note ${i}` }), i + 5);
  expect([shelf.count('a1', 'flashbulb'), shelf.count('a1', 'long_term')]).toEqual([2, 2]);
  expect([...shelf.withheld.keys()]).toEqual(['fb.a1.f2', 'fb.a1.f3', 'm.a1.m2']);
  shelf.take({ id: 'fb.a1.f0', rev: 9 });
  put(shelf, memory({ memory_id: 'f4', tier: 'flashbulb', text: 'fire again' }), 10);
  expect(shelf.count('a1', 'flashbulb')).toBe(2);
});

test('the newest episodes are held, also when all are handed over once more after a fault', () => {
  const shelf = new EpisodeShelf(() => undefined, 3);
  const all = Array.from({ length: 5 }, (_, i) => memory({ memory_id: `e${i}`, tier: 'episode', kind: 'episode' }));
  const held = () => [...shelf.memories()].map(({ item }) => item.memory_id).sort();
  for (let round = 0; round < 2; round++) {
    for (const [i, item] of all.entries()) put(shelf, item, i + 1);
    expect(held()).toEqual(['e2', 'e3', 'e4']);
  }
  shelf.take({ id: 'e.a1.e4', rev: 6 });
  expect([held(), shelf.withheld.size]).toEqual([['e2', 'e3'], 0]);
});
