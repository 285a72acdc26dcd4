import { expect, test } from 'vitest';
import type { Operation, Outcome, Write } from './store-history.ts';
import { notOnce } from './store-once.ts';

const update = (id: string, outcome: Outcome, rev?: number): Operation => ({
  process: 'p',
  id,
  kind: 'update',
  keys: ['k'],
  start: 0,
  end: 1,
  outcome,
  ...(rev === undefined ? {} : { revs: [rev] }),
});
const value = (rev: number, op: string): Write => ({ key: 'k', rev, kind: 'value', expect: rev - 1, op });

test('done once, refused never, unknown once or not at all', () => {
  const operations = [
    update('a', 'done', 1),
    update('b', 'refused'),
    update('c', 'unknown'),
    update('d', 'unknown'),
    { ...update('e', 'done', 1), kind: 'create' as const, winner: 'a' },
  ];
  expect(notOnce(operations, [value(1, 'a'), value(2, 'c')])).toEqual([]);
});

test('a revision below is told where no other write of the key lies in between', () => {
  expect(notOnce([update('a', 'done', 3), update('b', 'done', 7)], [value(5, 'a'), value(9, 'b')])).toEqual([]);
});

test.each([
  ['a done update that is missing', [update('a', 'done')], []],
  ['a done update made twice', [update('a', 'done')], [value(1, 'a'), value(2, 'a')]],
  ['a revision above', [update('a', 'done', 2)], [value(1, 'a')]],
  ['the revision of another', [update('a', 'done', 1), update('b', 'done', 1)], [value(1, 'a'), value(2, 'b')]],
  ['a refused update that was made', [update('a', 'refused')], [value(1, 'a')]],
  ['an unknown update made twice', [update('a', 'unknown')], [value(1, 'a'), value(2, 'a')]],
  ['a write nobody asked for', [], [value(1, 'a')]],
])('%s is found', (_what, operations, log) => {
  expect(notOnce(operations, log)).toHaveLength(1);
});
