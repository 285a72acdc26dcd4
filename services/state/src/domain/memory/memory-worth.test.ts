import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Keyed, leastWorth, memoryWorth, type Weighed } from './memory-worth.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY_MS = 86_400_000;
const weighed = (salience: number | null, days: number, hits: number): Weighed => ({
  ...{ salience, hits },
  created_at: new Date(NOW - days * DAY_MS).toISOString(),
});

test('state.A1: salience 0.8, 30 days, 5 hits are worth 0.65', () => {
  expect(memoryWorth(weighed(0.8, 30, 5), NOW)).toBeCloseTo(0.65, 8);
});

test('an unknown salience counts as none, hits beyond ten and an age from the future as nothing more', () => {
  expect(memoryWorth(weighed(null, 0, 0), NOW)).toBeCloseTo(0.3, 12);
  expect(memoryWorth(weighed(1, -5, 1000), NOW)).toBeCloseTo(1, 12);
});

const memory = fc.record({
  salience: fc.option(fc.integer({ min: 0, max: 4 }).map((n) => n / 4)),
  days: fc.integer({ min: 0, max: 90 }),
  hits: fc.integer({ min: 0, max: 12 }),
});

test('state.A17: beyond a limit those of least worth go, until 95 % of it are left, whatever order they came in', () => {
  fc.assert(
    fc.property(fc.array(memory, { maxLength: 80 }), fc.integer({ min: 1, max: 60 }), (all, limit) => {
      const keyed = all.map(
        ({ salience, days, hits }, i): Keyed<Weighed> => ({ key: `k${i}`, item: weighed(salience, days, hits) }),
      );
      const gone = leastWorth(keyed, limit, NOW);
      expect(gone).toHaveLength(all.length > limit ? all.length - Math.floor(limit * 0.95) : 0);
      const kept = keyed.filter((one) => !gone.includes(one));
      const worth = ({ item }: Keyed<Weighed>) => memoryWorth(item, NOW);
      const mostGone = Math.max(-1, ...gone.map(worth));
      for (const one of kept) expect(worth(one)).toBeGreaterThanOrEqual(gone.length === 0 ? -1 : mostGone);
      expect(new Set(leastWorth(keyed.toReversed(), limit, NOW))).toEqual(new Set(gone));
    }),
  );
});
