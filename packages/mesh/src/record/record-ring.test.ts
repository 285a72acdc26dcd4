import { expect, test } from 'vitest';
import type { CallRecord } from './call-record.ts';
import { RecordRing } from './record-ring.ts';

const record = (n: number): CallRecord => ({
  call: `c${n}`,
  trace_id: `t${n % 2}`,
  target: 'a.b',
  caller: 'a',
  instance: 'a-1',
  started: '',
  ms: 0,
  outcome: 'ok',
  chain: [],
  steps: [],
});

test('the newest thousand are kept, the oldest first', () => {
  const ring = new RecordRing();
  for (let n = 0; n < 2_500; n++) ring.add(record(n));
  expect(ring.all().map(({ call }) => call)).toEqual(Array.from({ length: 1_000 }, (_, i) => `c${1_500 + i}`));
});

test('records are found by their call, and by their trace', () => {
  const ring = new RecordRing();
  for (let n = 0; n < 5; n++) ring.add(record(n));
  expect(ring.find('c3')).toEqual([record(3)]);
  expect(ring.find('t1').map(({ call }) => call)).toEqual(['c1', 'c3']);
  expect(ring.find('c9')).toEqual([]);
});
