import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordView } from './record-view.ts';

test('a record only moves to a higher revision', () => {
  const view = new RecordView<string>(10);
  view.take({ id: 'a', rev: 5, value: 'new' });
  expect(view.take({ id: 'a', rev: 4, value: 'old' })).toBe(false);
  expect(view.get('a')).toEqual({ value: 'new', rev: 5 });
  expect(view.version).toBe(5);
});

test('what was removed here does not come back by an older change', () => {
  const view = new RecordView<string>(10);
  view.take({ id: 'a', rev: 5, value: 'x' });
  view.take({ id: 'a', rev: 7 });
  expect(view.take({ id: 'a', rev: 6, value: 'late' })).toBe(false);
  view.take({ id: 'a', rev: 7 });
  expect(view.take({ id: 'a', rev: 8, value: 'again' })).toBe(true);
});

test('beyond its limit it knows only that a record exists', () => {
  const view = new RecordView<string>(1);
  view.take({ id: 'a', rev: 1, value: 'x' });
  view.take({ id: 'b', rev: 2, value: 'y' });
  expect([view.size, [...view.withheld.keys()]]).toEqual([1, ['b']]);
  view.take({ id: 'b', rev: 3 });
  expect(view.withheld.size).toBe(0);
});

test('an unreadable record is withheld until it can be read', () => {
  const view = new RecordView<string>(10);
  view.unreadable('a', 'corrupt');
  expect([...view.withheld]).toEqual([['a', 'corrupt']]);
  view.take({ id: 'a', rev: 2, value: 'x' });
  expect(view.withheld.size).toBe(0);
});

test('whatever the order of arrival, the view ends with the newest of each', () => {
  const change = fc.record({ id: fc.constantFrom('a', 'b'), rev: fc.integer({ min: 1, max: 30 }), gone: fc.boolean() });
  fc.assert(
    fc.property(fc.uniqueArray(change, { selector: ({ rev }) => rev, maxLength: 15 }), (changes) => {
      const view = new RecordView<number>(10);
      for (const { id, rev, gone } of changes) view.take({ id, rev, value: gone ? undefined : rev });
      for (const id of ['a', 'b']) {
        const newest = changes.filter((one) => one.id === id).sort((x, y) => y.rev - x.rev)[0];
        const expected = newest === undefined || newest.gone ? undefined : { value: newest.rev, rev: newest.rev };
        expect(view.get(id)).toEqual(expected);
      }
    }),
  );
});
