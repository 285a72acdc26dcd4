import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemAnswer } from './item.ts';
import { ItemCache } from './item-cache.ts';

const WALL_MS = 1_000_000;
const at = (ms: number) => ({ nowMs: ms, wallMs: WALL_MS + ms });
const value = (text: string, untilMs: number): ItemAnswer => ({ kind: 'value', key: 'k', value: text, untilMs });

test('an item is remembered for the rest of its time, and for 30 s at most', () => {
  const cache = new ItemCache({ entries: 10, bytes: 1000 });
  cache.put('short', { item: value('a', WALL_MS + 5000), rev: 1 }, at(0));
  cache.put('long', { item: value('b', WALL_MS + 900_000), rev: 2 }, at(0));
  cache.put('over', { item: value('c', WALL_MS), rev: 3 }, at(0));
  expect(cache.get('over', at(0))).toBeUndefined();
  expect(cache.get('short', at(4999))).toMatchObject({ rev: 1, seenAt: 0 });
  expect(cache.get('short', at(5000))).toBeUndefined();
  expect(cache.get('long', at(29_999))).toMatchObject({ rev: 2 });
  expect(cache.get('long', at(30_000))).toBeUndefined();
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
});

test('a wall clock that jumps ahead ends it, one that jumps back does not keep it', () => {
  const cache = new ItemCache({ entries: 10, bytes: 1000 });
  cache.put('k', { item: value('a', WALL_MS + 5000), rev: 1 }, at(0));
  expect(cache.get('k', { nowMs: 6000, wallMs: WALL_MS - 3_600_000 })).toBeUndefined();
  cache.put('k', { item: value('a', WALL_MS + 20_000), rev: 1 }, at(7000));
  expect(cache.get('k', { nowMs: 7001, wallMs: WALL_MS + 3_600_000 })).toBeUndefined();
});

test('what is older than what is known is neither remembered nor kept', () => {
  const cache = new ItemCache({ entries: 10, bytes: 1000 });
  cache.put('k', { item: value('new', WALL_MS + 5000), rev: 7 }, at(0));
  cache.put('k', { item: value('old', WALL_MS + 5000), rev: 6 }, at(1));
  expect(cache.get('k', at(2))).toMatchObject({ rev: 7, item: { value: 'new' } });
  cache.forget('k', 7);
  expect(cache.get('k', at(3))).toBeDefined();
  cache.forget('k', 8);
  expect(cache.get('k', at(4))).toBeUndefined();
});

test('it holds the most recently used that fit, by number and by bytes, as a plain list does', () => {
  const use = fc.record({
    key: fc.integer({ min: 0, max: 9 }),
    size: fc.integer({ min: 0, max: 40 }),
    isRead: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(use, { maxLength: 200 }), (uses) => {
      const cache = new ItemCache({ entries: 5, bytes: 100 });
      let model: { key: string; bytes: number }[] = [];
      uses.forEach(({ key: n, size, isRead }, i) => {
        const key = String(n);
        const known = model.find((one) => one.key === key);
        if (isRead) {
          expect(cache.get(key, at(0)) !== undefined).toBe(known !== undefined);
          if (known !== undefined) model = [...model.filter((one) => one !== known), known];
          return;
        }
        cache.put(key, { item: value('x'.repeat(size), WALL_MS + 1000), rev: i + 1 }, at(0));
        // A key of one character, and the quotes of the text.
        model = [...model.filter((one) => one.key !== key), { key, bytes: size + 3 }];
        while (model.length > 5 || model.reduce((sum, one) => sum + one.bytes, 0) > 100) model.shift();
        expect(cache.size).toBe(model.length);
        expect(cache.bytes).toBe(model.reduce((sum, one) => sum + one.bytes, 0));
      });
    }),
  );
});

test('while memory is short it remembers half as much, the newest', () => {
  let isShort = false;
  const cache = new ItemCache({ entries: 4, bytes: 1000, isShort: () => isShort });
  const put = (key: string) => cache.put(key, { item: value('x', WALL_MS + 1000), rev: 1 }, at(0));
  for (const key of ['a', 'b', 'c', 'd']) put(key);
  expect(cache.size).toBe(4);
  isShort = true;
  put('e');
  expect([cache.size, cache.get('d', at(0)) !== undefined, cache.get('c', at(0))]).toEqual([2, true, undefined]);
});
