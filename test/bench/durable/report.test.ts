import { describe, expect, test } from 'vitest';
import { fullPlan, quickPlan } from './plan.ts';
import { missed, reportLines, rowsOf } from './report.ts';
import type { Round, Series } from './series.ts';
import { ask } from './talk.ts';
import { comparisons, keeps, type Measure, measureNames } from './targets.ts';

const cell = { durability: 'always', inFlight: 256 } as const;
const round = (figures: Round['figures'], foreign = 0): Round => ({ figures, foreign });
const series = (contender: string, ...rounds: readonly Round[]): Series => ({ cell, contender, rounds });

test('the full plan has both durabilities, from one submit at a time to many', () => {
  expect(fullPlan.cells.map(({ durability, inFlight }) => `${durability} ${inFlight}`)).toEqual([
    'always 1',
    'always 32',
    'always 256',
    'second 1',
    'second 32',
    'second 256',
  ]);
});

test('what a plan asks for is understood by the processes under measurement', () => {
  for (const { cells, submitMs: ms } of [fullPlan, quickPlan])
    for (const { inFlight } of cells)
      expect(ask.safeParse({ ask: 'submit', ms, inFlight, keyed: true }).success).toBe(true);
});

describe('targets', () => {
  const target = (theirs: string, measure: Measure, at: Series['cell'] = cell) =>
    comparisons.find((one) => one.theirs === theirs)?.target(measure, at);

  test('durable.A17: a submit with a key keeps 0.4 of the rate of bare acknowledged publishes at 256 in flight', () => {
    expect(target('raw work queue', 'keyed submit')).toEqual({ leastRatio: 0.4 });
  });

  test('against BullMQ ask for more where neither side waits for the disk', () => {
    expect(target('BullMQ', 'flow')).toEqual({ leastRatio: 1.5 });
    expect(target('BullMQ', 'flow', { durability: 'second', inFlight: 256 })).toEqual({ leastRatio: 2 });
    expect(target('BullMQ', 'flow', { durability: 'always', inFlight: 1 })).toBeUndefined();
  });

  test('are a least ratio of rates, or a most time of our own', () => {
    expect(keeps({ leastRatio: 0.5 }, { ratio: 0.5, ours: 1 })).toBe(true);
    expect(keeps({ leastRatio: 0.5 }, { ratio: 0.49, ours: 1 })).toBe(false);
    expect(keeps({ mostMs: 5 }, { ratio: 9, ours: 5 })).toBe(true);
    expect(keeps({ mostMs: 5 }, { ratio: 0.1, ours: 5.1 })).toBe(false);
  });
});

describe('a report', () => {
  const measured = [
    series('tasks', round({ submit: 60, work: 50 }), round({ submit: 90, work: 40 }, 0.2)),
    series('raw work queue', round({ submit: 100, work: 50 }), round({ submit: 100, work: 50 })),
  ];

  test('has a row for each thing both sides were measured at, in the order of the table', () => {
    const rows = rowsOf(measured, true);
    expect(rows.map(({ measure }) => measure)).toEqual(['submit', 'work']);
    expect(rows[0]).toMatchObject({
      ours: 'tasks',
      theirs: 'raw work queue',
      figures: [75, 100],
      ratio: { median: 0.75, least: 0.6, most: 0.9 },
      judged: { leastRatio: 0.7, kept: true },
      disturbed: 1,
    });
  });

  test('names each target that was missed and what it was', () => {
    const slow = [series('tasks', round({ submit: 60, work: 20 })), measured[1] ?? series('none')];
    const rows = rowsOf(slow, true);
    expect(missed(rows)).toEqual([
      'tasks against raw work queue, sync always, 256 in flight: submit 0.60, must be ≥ 0.7',
      'tasks against raw work queue, sync always, 256 in flight: work 0.40, must be ≥ 0.5',
    ]);
    expect(reportLines(rows)[1]).toMatch(/60 : 100 per s +0\.60 \(0\.60–0\.60\) +≥ 0\.7 MISSED +0$/);
  });

  test('names a time that was too long in ms', () => {
    const at = { durability: 'always', inFlight: 1 } as const;
    const slow = ['tasks', 'raw work queue'].map((name, i) => ({
      cell: at,
      contender: name,
      rounds: [round({ 'wake p50': 7 - i })],
    }));
    expect(missed(rowsOf(slow, true))).toEqual([
      'tasks against raw work queue, sync always, 1 in flight: wake p50 7.0 ms, must be ≤ 5 ms',
    ]);
  });

  test('leaves out a pair of which one side was not measured, and judges nothing unless told to', () => {
    expect(rowsOf(measured.slice(0, 1), true)).toEqual([]);
    expect(rowsOf(measured, false).map(({ judged }) => judged)).toEqual([undefined, undefined]);
    expect(missed(rowsOf(measured, false))).toEqual([]);
  });

  test('knows every measure of the table', () => {
    expect(measureNames).toHaveLength(9);
  });
});
