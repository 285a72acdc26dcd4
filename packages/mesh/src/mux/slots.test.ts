import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_SLOTS, Slots } from './slots.ts';

test('a token names one user of a place and never the next', () => {
  const slots = new Slots<string>();
  const first = slots.take('first') ?? '';
  expect(slots.release(first)).toBe('first');
  const second = slots.take('second') ?? '';
  expect(second).not.toBe(first);
  expect(slots.release(first)).toBeUndefined();
  expect(slots.release(second)).toBe('second');
});

test('ten thousand places, then none, then one again', () => {
  const slots = new Slots<number>();
  const tokens = Array.from({ length: MAX_SLOTS }, (_, i) => slots.take(i));
  expect(new Set(tokens).size).toBe(10_000);
  expect(slots.take(-1)).toBeUndefined();
  slots.release(tokens[4711] ?? '');
  expect(slots.take(-1)).toMatch(/^3mv-1$/);
});

test.each(['', '-', 'x', '0', '0-0-0', 'zzzz-0', '-0', '0-1'])('"%s" is nobody', (token) => {
  const slots = new Slots<string>();
  slots.take('somebody');
  expect(slots.release(token)).toBeUndefined();
});

test('whatever is taken and given back, live tokens find their own value', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (moves) => {
      const slots = new Slots<number>();
      const live = new Map<string, number>();
      for (const [i, move] of moves.entries()) {
        const victim = [...live.keys()][move];
        if (victim === undefined) live.set(slots.take(i) ?? '', i);
        else {
          expect(slots.release(victim)).toBe(live.get(victim));
          live.delete(victim);
        }
      }
      expect(slots.size).toBe(live.size);
      expect([...slots.values()].toSorted()).toEqual([...live.values()].toSorted());
      for (const [token, value] of live) expect(slots.release(token)).toBe(value);
    }),
  );
});

test('all, or those that are meant, are given back at once', () => {
  const slots = new Slots<number>();
  const tokens = [1, 2, 3, 4].map((value) => slots.take(value) ?? '');
  expect(slots.releaseAll((value) => value % 2 === 0)).toEqual([2, 4]);
  expect(slots.release(tokens[1] ?? '')).toBeUndefined();
  expect(slots.releaseAll()).toEqual([1, 3]);
  expect(slots.size).toBe(0);
});
