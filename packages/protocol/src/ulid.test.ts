import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isUlid, UlidSource, ulid, ulidHex } from './index.ts';
import { SeededRandom, VirtualClock } from './testing/index.ts';

test('ULIDs are lower-case, sort by time and repeat with the seed', async () => {
  const clock = new VirtualClock();
  const first = ulid(clock, new SeededRandom(1));
  await clock.advance(1);
  const second = ulid(clock, new SeededRandom(1));
  expect(first < second).toBe(true);
  expect([first, second].every(isUlid)).toBe(true);
  expect(first.slice(10)).toBe(second.slice(10));
});

test('a source gives ids that differ and sort in the order in which they were given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(fc.nat(3), { maxLength: 300 }), async (seed, waits) => {
      const clock = new VirtualClock();
      const source = new UlidSource(clock, new SeededRandom(seed));
      const ids: string[] = [];
      for (const wait of waits) {
        await clock.advance(wait);
        ids.push(source.next());
      }
      expect(ids.every(isUlid)).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
      const perMs = Map.groupBy(ids, (id) => id.slice(0, 22));
      for (const same of perMs.values()) expect(same.toSorted()).toEqual(same);
    }),
    { numRuns: 30 },
  );
});

test('a source that has counted to its last pair begins anew', () => {
  const last = { next: () => 0.999_999_99 };
  const source = new UlidSource(new VirtualClock(), last);
  expect(new Set([1, 2, 3].map(() => source.next())).size).toBeGreaterThan(0);
  expect([1, 2, 3].map(() => source.next()).every(isUlid)).toBe(true);
});

test('a ULID is 128 bits', () => {
  expect(ulidHex('00000000000000000000000000')).toBe('0'.repeat(32));
  expect(ulidHex('7zzzzzzzzzzzzzzzzzzzzzzzzz')).toBe('f'.repeat(32));
  expect(ulidHex('0000000000000000000000000z')).toBe(`${'0'.repeat(30)}1f`);
});
