import { expect, test } from 'vitest';
import type { Operation, Write } from './store-history.ts';
import { wrongWinners } from './store-winners.ts';

const create = (id: string, winner: string, outcome: Operation['outcome'] = 'done'): Operation => ({
  process: 'p',
  id,
  kind: 'create',
  keys: ['k'],
  start: 0,
  end: 1,
  outcome,
  winner,
});
const value = (rev: number, op: string): Write => ({ key: 'k', rev, kind: 'value', expect: 0, op });

test('one winner whose value all others get, and another one in the next life of the key', () => {
  const log: Write[] = [value(1, 'a'), { key: 'k', rev: 2, kind: 'expiry' }, value(3, 'd')];
  const operations = [create('a', 'a'), create('b', 'a'), create('c', 'a', 'unknown'), create('d', 'd')];
  expect(wrongWinners(operations, log)).toEqual([]);
});

test.each([
  ['two who are told that they won', [create('a', 'a'), create('b', 'b')], 1],
  ['a winner who is told that it lost', [create('a', 'b'), create('b', 'a')], 2],
  ['a value that never was', [create('b', 'x')], 1],
])('%s: found', (_what, operations, found) => {
  expect(wrongWinners(operations, [value(1, 'a')])).toHaveLength(found);
});
