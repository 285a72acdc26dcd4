import type { MemoryItem } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { memory } from '../../testing/a-memory.ts';
import { isLive, replaced } from './memory-item.ts';
import { memoryStats } from './memory-stats.ts';

const NOW = Date.UTC(2026, 10, 22);
const ofBytes = (memory_id: string, bytes: number): MemoryItem =>
  memory({ memory_id, text: 'x'.repeat(bytes), represents_bytes: bytes });

test('state.A1: ten memories of 1000 B, five of them replaced by one of 500 B: r 1.81818, p 0.5', () => {
  const ten = Array.from({ length: 10 }, (_, i) => ofBytes(`m${i}`, 1000));
  const synthesis = { ...ofBytes('s', 500), represents_bytes: 5000 };
  const kept = [...ten.slice(0, 5).map((item) => replaced(item, 's', NOW)), ...ten.slice(5), synthesis];
  const { rEffective, pCompress, tiers } = memoryStats(kept.filter((item) => isLive(item, NOW)));
  expect(rEffective).toBeCloseTo(10_000 / 5500, 8);
  expect(pCompress).toBeCloseTo(0.5, 8);
  expect(tiers.long_term).toMatchObject({ items: 6, bytesRepresented: 10_000, bytesKept: 5500 });
});

test('without memories nothing is compressed, and nothing is not', () => {
  expect(memoryStats([])).toMatchObject({ rEffective: undefined, pCompress: undefined });
});

test('what says its data counts its data', () => {
  const { tiers } = memoryStats([memory({ text: 'я', data: { a: 1 } })]);
  expect(tiers.long_term.bytesKept).toBe(2 + 7);
});
