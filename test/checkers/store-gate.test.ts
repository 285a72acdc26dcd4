import { expect, test } from 'vitest';
import { writesPastGate } from './store-gate.ts';
import type { Operation, Write } from './store-history.ts';

const update = (process: string, id: string): Operation => ({
  process,
  id,
  kind: 'update',
  keys: ['k'],
  start: 0,
  end: 1,
  outcome: 'unknown',
});
const log: Write[] = [{ key: 'k', rev: 1, kind: 'value', expect: 0, op: 'o1' }];

test('a process that failed the gate and wrote nothing', () => {
  expect(writesPastGate(['q'], [update('p', 'o1'), update('q', 'o2')], log)).toEqual([]);
});

test('a write of a process that failed the gate is found', () => {
  expect(writesPastGate(['p'], [update('p', 'o1')], log)).toHaveLength(1);
});
