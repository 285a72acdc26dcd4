import { describe, expect, test } from 'vitest';
import { Allocation } from './allocation.ts';
import { foreignShare, machineTicks, processTicks } from './foreign-cpu.ts';
import { fullPlan, turn } from './plan.ts';
import { median, ratioOf } from './ratio.ts';
import { missed, reportLines, rowsOf } from './report.ts';
import type { Series, Slice } from './run-bench.ts';

const cell = { payload: '300 B', inFlight: 32 } as const;
const slice = (rate: number, foreign = 0): Slice => ({
  rate,
  p50: 1,
  p99: 1,
  'client CPU': 1,
  'server CPU': 1,
  bytes: 1,
  foreign,
});
const series = (contender: string, ...slices: readonly Slice[]): Series => ({ cell, contender, slices });

test('contenders take turns A B B A', () => {
  expect([0, 1, 2, 3].flatMap((round) => turn(['A', 'B'], round)).join('')).toBe('ABBAABBA');
});

test('the full plan has nine loads', () => {
  expect(fullPlan.cells).toHaveLength(9);
});

test('a ratio is the median of the rounds, with the least and the most', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(ratioOf([10, 10, 30], [10, 5, 10])).toEqual({ median: 2, least: 1, most: 3 });
});

describe('a report', () => {
  const measured = [series('mesh JSON', slice(100), slice(140, 0.2)), series('raw JSON', slice(100), slice(100))];

  test('names each bound that was missed and what it was', () => {
    const rows = rowsOf(measured, true);
    expect(missed(rows)).toEqual([
      'mesh JSON against raw JSON, 32 in flight, 300 B: rate 1.20, must be ≥ 1.5',
      'mesh JSON against raw JSON, 32 in flight, 300 B: p99 1.00, must be ≤ 0.8',
      'mesh JSON against raw JSON, 32 in flight, 300 B: client CPU 1.00, must be ≤ 0.7',
    ]);
    expect(rows).toMatchObject([{ disturbed: 1, rates: [120, 100] }]);
    expect(reportLines(rows)[1]).toContain(
      'rate ≥ 1.5 MISSED, p99 ≤ 0.8 MISSED, client CPU ≤ 0.7 MISSED, bytes ≤ 1 ok',
    );
  });

  test('leaves out a pair of which one side was not measured', () => {
    expect(rowsOf([series('mesh JSON', slice(1))], true)).toEqual([]);
  });

  test('has nothing to miss when nothing is judged', () => {
    expect(missed(rowsOf(measured, false))).toEqual([]);
  });
});

describe('CPU time of others', () => {
  test('is what the machine was busy with less what our processes used', () => {
    expect(machineTicks('cpu  10 1 5 80 2 1 1 0 7 0\ncpu0 1 1 1 1')).toEqual({ all: 100, busy: 16 });
    expect(processTicks('12 (a (b) c) S 1 12 12 0 -1 4 5 6 7 8 30 12 0 0')).toBe(42);
    const before = { all: 1000, busy: 100, own: 50 };
    expect(foreignShare(before, { all: 1400, busy: 300, own: 150 })).toBe(0.25);
    expect(foreignShare(before, { all: 1400, busy: 300, own: 900 })).toBe(0);
    expect(foreignShare(undefined, before)).toBeUndefined();
  });
});

test('allocation counts what was allocated, whether it was collected or not', () => {
  const allocation = new Allocation();
  allocation.start();
  const kept: number[][] = [];
  for (let i = 0; i < 400_000; i += 1) kept[i % 100] = [i, i, i, i, i, i, i, i];
  const bytes = allocation.stop();
  // A header, eight elements of 4 or 8 bytes, and the array object itself.
  expect(bytes).toBeGreaterThan(400_000 * 40);
  expect(bytes).toBeLessThan(400_000 * 200);
});
