import { expect, test } from 'vitest';
import { difference } from './config-difference.ts';

const have = { storage: 'file', max_age: 1000, subjects: ['a.>'], num_replicas: 1, duplicate_window: 5 };

test('what the broker adds of its own is no difference', () => {
  expect(difference({ ...have, metadata: { x: 'y' } }, have)).toEqual({ changed: [], destructive: [] });
});

test('what is left out and what is at its default are the same', () => {
  expect(difference({}, { deny_delete: false, max_age: 0 }).changed).toEqual([]);
});

test.each([
  [{ max_age: 2000 }, ['max_age']],
  [{ subjects: ['a.>', 'b.>'] }, ['subjects']],
  [{ num_replicas: 3 }, ['num_replicas']],
  [{ duplicate_window: 1 }, ['duplicate_window']],
  [{ max_age: 0 }, ['max_age']],
])('%j is an update', (change, changed) => {
  expect(difference(have, { ...have, ...change })).toEqual({ changed, destructive: [] });
});

test.each([
  [{ max_age: 500 }, 'max_age is 1000, wanted 500'],
  [{ storage: 'memory' }, 'storage is "file", wanted "memory"'],
  [{ subjects: ['b.>'] }, 'subjects is ["a.>"], wanted ["b.>"]'],
])('%j would lose data', (change, why) => {
  expect(difference(have, { ...have, ...change }).destructive).toEqual([why]);
});

test('a limit where there was none would lose data', () => {
  expect(difference({ max_msgs_per_subject: -1 }, { max_msgs_per_subject: 1 }).destructive).toHaveLength(1);
});
