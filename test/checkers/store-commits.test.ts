import { expect, test } from 'vitest';
import { halfCommits, halfSeen } from './store-commits.ts';
import type { Operation, Reading, Write } from './store-history.ts';

const commit: Operation = {
  process: 'p',
  id: 'c',
  kind: 'commit',
  keys: ['a', 'b'],
  start: 0,
  end: 1,
  outcome: 'done',
};
const write = (key: string, rev: number, op = 'c'): Write => ({ key, rev, kind: 'value', expect: 0, op });
const read = (key: string, rev: number, at: number): Reading => ({ process: 'r', key, rev, start: at, end: at + 1 });

test('a commit is whole, or not there', () => {
  expect(halfCommits([commit], [write('a', 4), write('b', 5)])).toEqual([]);
  expect(halfCommits([commit], [])).toEqual([]);
});

test.each([
  ['a commit with a change missing', [write('a', 4)]],
  ['a commit with another write in between', [write('a', 4), write('x', 5, 'o'), write('b', 6)]],
])('%s is found', (_what, log) => {
  expect(halfCommits([commit], log)).toHaveLength(1);
});

test('readers see none of it, then all of it', () => {
  const log = [write('a', 4), write('b', 5)];
  const readings = [read('a', 1, 0), read('b', 2, 2), read('a', 4, 4), read('b', 5, 6)];
  expect(halfSeen([commit], log, readings)).toEqual([]);
});

test('a reader of one change who then misses the other is found; one that read at the same time is none', () => {
  const log = [write('a', 4), write('b', 5)];
  expect(halfSeen([commit], log, [read('a', 4, 0), read('b', 2, 0.5)])).toEqual([]);
  expect(halfSeen([commit], log, [read('a', 4, 0), read('b', 2, 2)])).toHaveLength(1);
});
