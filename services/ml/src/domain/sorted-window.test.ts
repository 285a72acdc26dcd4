import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedWindow } from './sorted-window.ts';

test('holds the last values, sorted, whatever comes', () => {
  const values = fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 60 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 12 }), (arrived, capacity) => {
      const window = new SortedWindow(capacity);
      for (const value of arrived) window.add(value);
      expect([...window.sorted()]).toEqual(arrived.slice(-capacity).sort((a, b) => a - b));
      expect(window.size).toBe(Math.min(capacity, arrived.length));
    }),
  );
});
