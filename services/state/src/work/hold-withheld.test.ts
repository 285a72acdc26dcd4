import type { MemoryItem } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { type MemoryName, memoryKey } from '../domain/memory/memory-key.ts';
import type { Memories } from '../memory-ports.ts';
import { memoryViews } from '../open-memory.ts';
import { memory } from '../testing/a-memory.ts';
import { holdWithheld } from './hold-withheld.ts';

/** A shelf with room for two, and a bucket that has all that was offered. */
function shelf(...items: readonly MemoryItem[]) {
  const { memories: view, index } = memoryViews({ shelf: { records: 2, flashbulbs: 1, bytes: 100_000 } });
  for (const [i, item] of items.entries()) view.take({ id: memoryKey(item.tier, item), rev: i + 1, value: item });
  const asked: string[] = [];
  const read = async ({ memory_id }: MemoryName) => {
    asked.push(memory_id);
    const rev = items.findIndex((item) => item.memory_id === memory_id) + 1;
    const value = items[rev - 1];
    if (value === undefined) return { kind: 'absent' as const };
    view.take({ id: memoryKey(value.tier, value), rev, value });
    return { kind: 'found' as const, value, rev };
  };
  const none = () => Promise.reject(new Error('nothing is written here'));
  const memories: Memories = {
    view,
    read,
    write: none,
    fill: () => ({ version: 0, lagMs: 0, withheld: view.withheld }),
  };
  return { view, index, memories, asked };
}
const note = (memory_id: string) => memory({ memory_id, text: memory_id });

test('memories without room are read once others have gone, as many as fit, and are searchable again', async () => {
  const { view, index, memories, asked } = shelf(note('m1'), note('m2'), note('m3'), note('m4'));
  expect([...view.withheld.keys()]).toEqual(['m.a1.m3', 'm.a1.m4']);
  await holdWithheld(memories);
  expect([asked, view.size]).toEqual([['m3'], 2]);
  view.take({ id: 'm.a1.m1', rev: 9 });
  await holdWithheld(memories);
  expect([...view.memories()].map(({ key }) => key)).toEqual(['m.a1.m2', 'm.a1.m4']);
  expect([...view.withheld.keys()]).toEqual(['m.a1.m3']);
  expect(index.coverage).toBe(1);
});

test('what cannot be read, and flashbulbs, are left alone', async () => {
  const flash = (memory_id: string) => memory({ memory_id, text: memory_id, tier: 'flashbulb' });
  const { view, memories, asked } = shelf(note('m1'), flash('f1'), flash('f2'));
  expect([...view.withheld.keys()]).toEqual(['fb.a1.f2']);
  view.unreadable('m.a1.broken', 'corrupt record');
  await holdWithheld(memories);
  expect(asked).toEqual([]);
});
