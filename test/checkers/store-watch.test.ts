import { expect, test } from 'vitest';
import type { Sighting, Write } from './store-history.ts';
import { unsettledWatches } from './store-watch.ts';

const log: Write[] = [
  { key: 'a', rev: 1, kind: 'value', expect: 0 },
  { key: 'b', rev: 2, kind: 'value', expect: 0 },
  { key: 'a', rev: 3, kind: 'value', expect: 1 },
  { key: 'b', rev: 4, kind: 'removal', expect: 2 },
];
const saw = (key: string, rev: number, gone = false): Sighting => ({ process: 'w', key, rev, gone });

test('a watch that leaves values out and ends where the leader is has converged', () => {
  expect(unsettledWatches(log, [saw('a', 1), saw('b', 2), saw('a', 3), saw('b', 4, true)])).toEqual([]);
  expect(unsettledWatches(log, [saw('a', 3)])).toEqual([]);
  expect(unsettledWatches(log, [saw('b', 2), saw('a', 3), saw('b', 2, true)])).toEqual([]);
});

test.each([
  ['a key that is behind in the end', [saw('a', 1)]],
  ['a key it never told of', [saw('b', 2), saw('b', 4, true)]],
  ['a removal it missed', [saw('a', 3), saw('b', 2)]],
  ['a revision that goes back', [saw('a', 3), saw('a', 1), saw('a', 3)]],
  ['a revision that never was', [saw('a', 2), saw('a', 3)]],
])('%s is found', (_what, sightings) => {
  expect(unsettledWatches(log, sightings)).toHaveLength(1);
});
