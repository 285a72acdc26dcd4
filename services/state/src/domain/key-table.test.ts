import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExpiryHeap } from './expiry-heap.ts';
import { KeyTable } from './key-table.ts';

const key = (n: number) => `w.shared_cache.global.k.${n}`;

test('a heap gives back what was put in, the soonest first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (ends) => {
      const heap = new ExpiryHeap();
      for (const untilMs of ends) heap.add({ key: 'k', untilMs });
      const taken = ends.map(() => heap.takeSoonest()?.untilMs);
      expect(taken).toEqual([...ends].sort((a, b) => a - b));
      expect(heap.takeSoonest()).toBeUndefined();
    }),
  );
});

test('the key that expires soonest is the one a look at all of them finds', () => {
  const step = fc.record({
    n: fc.integer({ min: 0, max: 7 }),
    untilMs: fc.integer({ min: 1, max: 100 }),
    what: fc.constantFrom('write', 'write', 'write', 'remove', 'take', 'expire'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const table = new KeyTable();
      const model = new Map<string, { rev: number; untilMs: number }>();
      steps.forEach(({ n, untilMs, what }, i) => {
        const rev = i + 1;
        if (what === 'write') {
          table.hear({ key: key(n), rev, isThere: true, untilMs });
          model.set(key(n), { rev, untilMs });
        } else if (what === 'remove') {
          table.hear({ key: key(n), rev, isThere: false });
          model.delete(key(n));
        } else if (what === 'expire') {
          table.forgetExpired('shared_cache', untilMs);
          for (const [one, known] of [...model]) if (known.untilMs <= untilMs) model.delete(one);
        } else {
          const soonest = Math.min(...[...model.values()].map((known) => known.untilMs));
          const taken = table.takeSoonest('shared_cache');
          expect(taken === undefined).toBe(model.size === 0);
          if (taken !== undefined) {
            expect(model.get(taken.key)).toEqual({ rev: taken.rev, untilMs: soonest });
            model.delete(taken.key);
          }
        }
        expect(table.sizeOf('shared_cache')).toBe(model.size);
      });
    }),
  );
});

test('a read that was overtaken by what the watch said is told from one that is ahead of it', () => {
  const table = new KeyTable();
  table.hear({ key: key(1), rev: 5, isThere: true });
  table.hear({ key: key(2), rev: 7, isThere: false });
  expect(table.isNewest(key(1), 5)).toBe(true);
  expect(table.isNewest(key(1), 4)).toBe(false);
  expect(table.isNewest(key(2), 6)).toBe(false); // removed in the meantime
  expect(table.isNewest(key(3), 8)).toBe(true); // not heard of yet
  table.note({ key: key(3), rev: 9, isThere: true });
  expect(table.isNewest(key(3), 9)).toBe(true);
});

test('the stores are counted apart', () => {
  const table = new KeyTable();
  table.hear({ key: key(1), rev: 1, isThere: true });
  table.hear({ key: 'w.mw.agent.a1.k.x', rev: 2, isThere: true });
  table.hear({ key: 'w.mw.global.h.00', rev: 3, isThere: true });
  expect([table.sizeOf('mw'), table.sizeOf('shared_cache')]).toEqual([2, 1]);
  expect(table.takeSoonest('shared_cache')).toEqual({ key: key(1), rev: 1 });
  expect([table.sizeOf('mw'), table.sizeOf('shared_cache')]).toEqual([2, 0]);
});
