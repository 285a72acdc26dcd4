import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { memoryViews } from './open-memory.ts';
import { memory } from './testing/a-memory.ts';
import { evictionFaults, NotedMemories } from './testing/eviction-check.ts';
import { FilledReplica } from './testing/filled-replica.ts';

// biome-ignore lint/style/noProcessEnv: whoever runs this test chooses its seed
const SEED = Number(process.env['SC_SEED'] ?? 20_261_122);
const [ROUNDS, OFFERED] = [10, 600];
const limits = { perAgent: 200, total: 1000 };
const views = () =>
  memoryViews({
    index: { documents: 500, characters: 1_000_000 },
    shelf: { records: 2500, flashbulbs: 800, bytes: 100_000_000 },
  });
/** What a memory may take, with its share of the index and of vectors, in bytes; measured at full size in `test/bench/state`. */
const MOST_BYTES = 6000;

/** Bytes in use once the garbage is collected: objects, and the numbers of vectors. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

test(`state.A17 however many memories are offered, what a replica holds is bounded, those of least worth go, those of most worth are found, and coverage is honest (seed ${SEED})`, async () => {
  const before = bytesInUse();
  const replica = new FilledReplica({ agents: 50, limits, seed: SEED, views: views() });
  replica.register();
  const bytes: number[] = [];
  const faults: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    faults.push(...(await replica.offer(OFFERED)));
    bytes.push(bytesInUse() - before);
  }
  expect(faults).toEqual([]);
  const { memories, index } = replica.views;
  const longTerm = memories.total('long_term');
  expect(longTerm).toBeGreaterThanOrEqual(950);
  expect(longTerm).toBeLessThanOrEqual(limits.total);
  expect(memories.count('a0', 'long_term')).toBeLessThanOrEqual(limits.perAgent);
  expect(memories.total('flashbulb')).toBe(800);
  expect(memories.total('flashbulb') + memories.withheld.size).toBe(replica.flashbulbs);
  expect(replica.figures.evicted).toBe(ROUNDS * OFFERED - replica.flashbulbs - longTerm);
  // What was full after half of the rounds holds no more after the other half, but for the keys of what it does not hold.
  expect(bytes.at(-1)).toBeLessThan((longTerm + 800) * MOST_BYTES);
  expect(bytes.at(-1) ?? 0).toBeLessThan(1.25 * (bytes[ROUNDS / 2] ?? 0));
  const held = [...memories.memories()];
  const best = replica.mostWorth(500);
  const found = new Set(held.map(({ item }) => item.text).filter((text) => replica.finds(text)));
  expect(found).toEqual(best);
  expect(found.size / (held.length + memories.withheld.size)).toBeCloseTo(replica.coverage(), 12);
  expect(index.coverage).toBeCloseTo(500 / held.length, 12);
});

test('whoever checks evictions sees a wrong one', async () => {
  const memories = new NotedMemories(memoryViews().memories);
  const worth = (memory_id: string, salience: number) => memory({ memory_id, salience, text: memory_id });
  for (const item of [worth('low', 0.1), worth('mid', 0.2), worth('high', 0.3)]) memories.offer(item);
  const at = Date.parse('2026-11-22T00:00:00.000Z');
  await memories.write([{ key: 'm.a1.low', expect: 1 }]);
  expect(evictionFaults(memories, 'a1', at)).toEqual([]);
  await memories.write([{ key: 'm.a1.high', expect: 3 }]);
  expect(evictionFaults(memories, 'a1', at)).toEqual(['high went, worth more than what is left']);
});
