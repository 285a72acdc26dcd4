import { expect, test } from 'vitest';
import { resultEnvelope } from './result-envelope.ts';
import type { TaskRecord } from './task-record.ts';

const RUN = {
  task_id: 't1',
  state: 'succeeded',
  attempt: 1,
  epoch: 7,
  organ_id: 'utility_organ_1',
  agent_id: 'utility_organ_1_agent_1',
  skill: 'json_transform',
  result: { result: 42 },
  quality: null,
  history: [],
  usage: { busy_ms: 4, llm_calls: 0, tokens_in: 0, tokens_out: 0, money_micros: null, metered: true },
  trace_id: 'abc',
};

const DONE: TaskRecord = {
  id: 't1',
  gen: 2,
  state: 'succeeded',
  queue: 'utility_organ_1',
  type: 'json_transform',
  domain: 'general',
  priority: 'normal',
  spec: { type: 'json_transform' },
  attempt: 1,
  attempts: [],
  route: { queue: 'utility_organ_1', resolved_from: 'task', decided_at: '2026-11-22T10:00:00Z' },
  result: { state: 'succeeded', value: RUN },
  created_at: '2026-11-22T10:00:00.000Z',
  started_at: '2026-11-22T10:00:00.012Z',
  finished_at: '2026-11-22T10:00:00.360Z',
};

test('work done on an agent shows who did it, with what skill, and how long it waited and ran', () => {
  expect(resultEnvelope(DONE)).toEqual({
    version: '2',
    kind: 'fast_path',
    success: true,
    task_id: 't1',
    gen: 2,
    payload: {
      organ_id: 'utility_organ_1',
      agent_id: 'utility_organ_1_agent_1',
      skill: 'json_transform',
      result: { result: 42 },
      quality: null,
    },
    metadata: { path: 'general → utility_organ_1', wait_ms: 12, run_ms: 348 },
  });
});

test('a failure carries its error and every attempt', () => {
  const error = { code: 'skill_failed', message: 'no such key', retryable: false };
  const attempts = [{ n: 1, epoch: 7, owner: 'organism-1', started_at: '2026-11-22T10:00:00Z', error }];
  expect(resultEnvelope({ ...DONE, attempts, result: { state: 'failed', error } })).toMatchObject({
    kind: 'error',
    success: false,
    error: { ...error, attempts },
  });
});

test('a cancelled task that never ran waited all its time', () => {
  const { started_at: _never, ...unstarted } = DONE;
  expect(resultEnvelope({ ...unstarted, result: { state: 'cancelled' } })).toMatchObject({
    error: { code: 'cancelled' },
    metadata: { wait_ms: 360, run_ms: 0 },
  });
});

test('a degraded result stays marked, and a task without a result has no envelope', () => {
  const degraded = { reason: 'ml_unavailable', source: 'default' } as const;
  expect(resultEnvelope({ ...DONE, result: { state: 'succeeded', value: 1, degraded } })).toMatchObject({ degraded });
  const { result: _none, ...open } = DONE;
  expect(resultEnvelope(open)).toBeUndefined();
});
