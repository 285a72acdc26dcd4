import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SpaceSaving, summed } from './space-saving.ts';

function counted(stream: Iterable<string>, counters: number): SpaceSaving {
  const kept = new SpaceSaving(counters);
  for (const name of stream) kept.add(name);
  return kept;
}

test('two counters and the stream a, b, a, c: a 2 (error 0), c 2 (error 1) (state.A1)', () => {
  expect(counted('abac', 2).list()).toEqual([
    { name: 'a', count: 2, error: 0 },
    { name: 'c', count: 2, error: 1 },
  ]);
});

const streams = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }).map(String), fc.integer({ min: 1, max: 5 })), {
  maxLength: 300,
});

test('whatever the stream, count − error ≤ truth ≤ count, error ≤ N/m, and nothing frequent is lost', () => {
  fc.assert(
    fc.property(streams, fc.integer({ min: 1, max: 12 }), (stream, counters) => {
      const kept = new SpaceSaving(counters);
      const truth = new Map<string, number>();
      for (const [name, by] of stream) {
        kept.add(name, by);
        truth.set(name, (truth.get(name) ?? 0) + by);
      }
      const total = [...truth.values()].reduce((sum, n) => sum + n, 0);
      expect(kept.total).toBe(total);
      const list = kept.list();
      expect(list.length).toBe(Math.min(counters, truth.size));
      for (const { name, count, error } of list) {
        const n = truth.get(name) ?? 0;
        expect(count - error).toBeLessThanOrEqual(n);
        expect(n).toBeLessThanOrEqual(count);
        expect(error).toBeLessThanOrEqual(total / counters);
      }
      expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(total);
      for (const [name, n] of truth) if (n > total / counters) expect(list.some((one) => one.name === name)).toBe(true);
    }),
  );
});

test('what several counted apart is at most its error above the truth, and the error at most N/m', () => {
  fc.assert(
    fc.property(fc.array(streams, { maxLength: 4 }), (parts) => {
      const truth = new Map<string, number>();
      let total = 0;
      const lists = parts.map((stream) => {
        const kept = new SpaceSaving(8);
        for (const [name, by] of stream) {
          kept.add(name, by);
          truth.set(name, (truth.get(name) ?? 0) + by);
          total += by;
        }
        return kept.list();
      });
      for (const { name, count, error } of summed(lists)) {
        expect(count).toBeLessThanOrEqual((truth.get(name) ?? 0) + error);
        expect(error).toBeLessThanOrEqual(total / 8);
      }
    }),
  );
});
