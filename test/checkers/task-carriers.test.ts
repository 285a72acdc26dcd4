import { expect, test } from 'vitest';
import { goodLife, historyOf, writesOf } from './history-of.ts';
import { checkCarriers } from './task-carriers.ts';

const check = checkCarriers(10_000);
const look = (at: number, ...carriers: string[]) => ({ at, carriers: new Set(carriers) });
const queued = writesOf(...goodLife().slice(0, 1));

test('tasks.T9: a task whose carrier is there, or is back within two passes, is carried', () => {
  expect(check(historyOf(queued, { looks: [look(2_000, 'a.1.0'), look(60_000, 'a.1.0')] }))).toEqual([]);
  const back = [look(2_000), look(20_000), look(23_000, 'a.1.0'), look(40_000)];
  expect(check(historyOf(queued, { looks: back }))).toEqual([]);
});

test('tasks.T9: a task without a carrier for longer is stranded', () => {
  const found = check(historyOf(queued, { looks: [look(2_000, 'b.1.0'), look(12_000), look(23_000)] }));
  expect(found).toEqual([{ invariant: 'tasks.T9', task: 'a', what: 'had no carrier for 21000 ms' }]);
});

test('tasks.T9: a task that has ended needs none', () => {
  expect(check(historyOf(writesOf(...goodLife()), { looks: [look(5_000), look(90_000)] }))).toEqual([]);
});
