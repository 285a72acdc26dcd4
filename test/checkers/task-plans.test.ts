import { expect, test } from 'vitest';
import { historyOf, timeOfWrite, writesOf } from './history-of.ts';
import { checkPlans } from './task-plans.ts';

/** Tasks of a plan, each begun and ended in turn. */
function plan(...steps: readonly string[]) {
  const changes = steps.flatMap((step, i) => {
    const id = `p-s-${step}`;
    const parent = { id: 'p', step };
    return [
      { id, parent, state: 'queued' },
      { id, parent, state: 'succeeded', finished_at: timeOfWrite(2 * i + 2) },
    ];
  });
  return historyOf(writesOf(...changes));
}

test('what was done is undone the latest first', () => {
  expect(checkPlans(plan('a', 'b', 'c', 'undo-c', 'undo-b', 'undo-a'))).toEqual([]);
});

test('undoing in the order in which it was done is found', () => {
  const found = checkPlans(plan('a', 'b', 'undo-a', 'undo-b'));
  expect(found).toEqual([
    { invariant: 'C2', task: 'p-s-undo-b', what: 'came after undo-a, whose step was done before' },
  ]);
});

test('undoing what was not done is found', () => {
  expect(checkPlans(plan('a', 'undo-b'))).toMatchObject([{ task: 'p-s-undo-b' }]);
});

test('undoing two at a time is found', () => {
  const both = plan('a', 'b', 'undo-b', 'undo-a');
  const [a1, a2, b1, b2, ub1, ub2, ua1, ua2] = both.writes;
  const order = [a1, a2, b1, b2, ub1, ua1, ub2, ua2].flatMap((write, i) => (write ? [{ ...write, rev: i + 1 }] : []));
  expect(checkPlans(historyOf(order))).toMatchObject([
    { task: 'p-s-undo-a', what: 'was begun before undo-b had ended' },
  ]);
});
