import { taskSpec } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { sampleTasks } from './sample-tasks.ts';
import { committedRecording } from './telemetry.ts';

const tasks = sampleTasks(committedRecording(), 'abc');

test('there are ten tasks of five kinds', () => {
  expect(tasks).toHaveLength(10);
  expect(new Set(tasks.map(({ type }) => type)).size).toBe(5);
});

test('one worker is killed, one deadline cannot be met, one message is malformed', () => {
  const hardships = tasks.flatMap(({ hardship }) => hardship ?? []);
  expect(hardships.sort()).toEqual(['deadline that cannot be met', 'killed worker', 'malformed']);
});

test('each fits the contract of submit_task', () => {
  for (const { type, params, title } of tasks) {
    expect(taskSpec.safeParse({ type, params, description: title }).success, title).toBe(true);
  }
});

test('the fact of one run is not that of another', () => {
  const factOf = (run: string) =>
    sampleTasks(committedRecording(), run).find(({ type }) => type === 'fact_store')?.params;
  expect(factOf('abc')).not.toEqual(factOf('abd'));
});
