import { expect, test } from 'vitest';
import { attemptOf, historyOf, writesOf } from './history-of.ts';
import type { SeenRecord } from './task-history.ts';
import { checkLanes } from './task-lanes.ts';

const LANES = ['high', 'normal', 'low'] as const;
type Lane = SeenRecord['lane'];

/** Twenty tasks wait in each of the lanes; then one worker starts some in this order. */
function starting(order: readonly Lane[], waiting: readonly Lane[] = LANES) {
  const queued = waiting.flatMap((lane) => Array.from({ length: 20 }, (_, i) => ({ id: `${lane}-${i}`, lane })));
  const next = { high: 0, normal: 0, low: 0 };
  const started = order.map((lane) => ({
    id: `${lane}-${next[lane]++}`,
    lane,
    state: 'running',
    attempt: 1,
    attempts: [{ ...attemptOf(1, 0), owner: 'host' }],
  }));
  // The blank record between two writes of one task is what it was queued as.
  return historyOf(writesOf(...queued, ...started));
}

const times = (n: number, lane: Lane): Lane[] => Array.from({ length: n }, () => lane);

test('tasks.T8: thirteen starts with a low one among them starve nobody', () => {
  expect(
    checkLanes('general')(starting([...times(12, 'high'), 'low', ...times(8, 'high'), ...times(4, 'normal'), 'low'])),
  ).toEqual([]);
});

test('tasks.T8: the thirteenth start without a low one starves the low lane', () => {
  const found = checkLanes('general')(starting([...times(9, 'high'), ...times(4, 'normal')]));
  expect(found).toMatchObject([{ invariant: 'tasks.T8', task: 'normal-3' }]);
});

test('tasks.T8: a worker that starts four at once may start its low one six later', () => {
  const order = [...times(12, 'high'), ...times(6, 'normal')];
  expect(checkLanes('general', 4)(starting(order))).toEqual([]);
  expect(checkLanes('general', 4)(starting([...order, 'normal']))).toHaveLength(1);
});

test('tasks.T8: nobody is starved while a lane is empty', () => {
  expect(checkLanes('general')(starting(times(18, 'high'), ['high', 'normal']))).toEqual([]);
});
