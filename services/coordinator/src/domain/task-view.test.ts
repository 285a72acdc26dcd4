import { taskView as schema, type TaskHappening } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import type { TaskRecord } from './task-record.ts';
import { taskView } from './task-view.ts';

const RUNNING: TaskRecord = {
  id: 't1',
  gen: 1,
  state: 'running',
  queue: 'utility_organ_1',
  type: 'wait',
  domain: 'general',
  priority: 'high',
  deadline_at: '2026-11-22T11:00:00Z',
  spec: { type: 'wait' },
  attempt: 1,
  attempts: [{ n: 1, epoch: 7, owner: 'organism-1', started_at: '2026-11-22T10:00:00Z' }],
  progress: { pct: 0.5, note: 'half', at: '2026-11-22T10:00:01Z' },
  route: {
    queue: 'utility_organ_1',
    organ_id: 'utility_organ_1',
    resolved_from: 'task',
    decided_at: '2026-11-22T10:00:00Z',
  },
  created_at: '2026-11-22T10:00:00Z',
  started_at: '2026-11-22T10:00:00Z',
};
const NOW = { nowMs: Date.parse('2026-11-22T10:00:03Z') };

test('a running task shows progress with its age, route and attempts, and fits the contract', () => {
  const view = taskView(RUNNING, { input: false, ...NOW });
  expect(view).toMatchObject({ type: 'wait', priority: 'high', progress: { pct: 0.5, note: 'half', age_ms: 2_000 } });
  expect(view.route?.resolved_from).toBe('task');
  expect(view).not.toHaveProperty('input');
  expect(Object.values(view)).not.toContain(undefined);
  expect(schema.parse(view)).toEqual(view);
});

test('the input is shown when asked for', () => {
  expect(taskView(RUNNING, { input: true, ...NOW }).input).toEqual(RUNNING.spec);
});

test('what happened is shown when asked for, without what only its keeper needs', () => {
  const claimed: TaskHappening = {
    ...{ at: '2026-11-22T10:00:00Z', event: 'claimed', gen: 1, state: 'running', queue: 'utility_organ_1' },
    ...{ attempt: 1, epoch: 7, rev: 7, owner: 'organism-1' },
  };
  const end = { type: 'wait', attempts: 1, owners: ['organism-1'], latency_ms: 5 };
  const view = taskView(RUNNING, { input: false, history: [{ id: 't1', ...claimed, end }], ...NOW });
  expect(view.history).toEqual([claimed]);
  expect(schema.parse(view)).toEqual(view);
});

test('a route somebody else stored is left out, not shown as ours', () => {
  expect(taskView({ ...RUNNING, route: { by: 'hand' } }, { input: false, ...NOW })).not.toHaveProperty('route');
});
