import type { TaskView } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { resultText, taskRow, triageRow } from './sample-row.ts';

const at = '2026-11-22T10:00:00Z';
const view: TaskView = {
  id: 'a',
  type: 'wait',
  domain: 'general',
  state: 'succeeded',
  gen: 1,
  attempt: 2,
  queue: 'utility_organ_1',
  priority: 'normal',
  created_at: at,
  attempts: [],
};
const metadata = { path: 'general → utility_organ_1', wait_ms: 1, run_ms: 2 };
const envelope = { version: '2', task_id: 'a', gen: 1, metadata } as const;

test('a result shows its path, its attempts and itself', () => {
  const result = { ...envelope, kind: 'fast_path', success: true, payload: { result: { waited_ms: 3001 } } } as const;
  expect(taskRow('t', { ...view, result }, 12)).toEqual({
    input: 'wait: t',
    path: 'general → utility_organ_1',
    attempts: '2',
    outcome: 'waited 3.0 s',
    verdict: 'result',
    ms: 12,
  });
});

test('an error is shown with its code and message', () => {
  const error = { code: 'bad_message', message: 'not JSON', retryable: false, attempts: [] };
  const result = { ...envelope, kind: 'error', success: false, error } as const;
  const row = taskRow('t', { ...view, state: 'failed', result }, 1);
  expect(row).toMatchObject({ outcome: 'failed: bad_message: not JSON', verdict: 'honest error' });
});

test('a task without an end is no success', () => {
  expect(taskRow('t', { ...view, state: 'running' }, 1)).toMatchObject({
    outcome: 'not finished: running',
    verdict: 'no answer',
  });
});

test.each([
  ['analyze_series', { n: 9, mean: 2.7159, anomalies: [{ index: 4 }] }, '9 values, mean 2.72, anomalies at 4'],
  ['analyze_series', { n: 9, mean: 3, anomalies: [] }, '9 values, mean 3, no anomaly'],
  ['analyze_series', { n: 9, mean: 3, anomalies: null }, '9 values, mean 3, anomalies unknown'],
  ['json_transform', { result: [1, 2], ms: 1 }, '[1,2]'],
  ['fact_store', { fact_id: 'f1' }, 'stored as f1'],
  ['fact_store', { fact_id: 'f1', duplicate_of: 'f1' }, 'known already as f1'],
  ['fact_search', { facts: [{ text: 'a fact' }] }, 'found: a fact'],
  ['fact_search', { facts: [] }, 'found nothing'],
  ['something_new', { x: 1 }, '{"x":1}'],
])('%s %j', (type, result, text) => {
  expect(resultText(type, { result, organ_id: 'o' })).toBe(text);
});

test('a triage shows who was asked, what was found and what was decided', () => {
  const step = (service: string, source: 'live' | 'skipped' = 'live') =>
    ({ step: 'x', service, source, ms: 1, detail: '' }) as const;
  const report = {
    triage_id: 't',
    agent_id: 'a',
    anomalies: [{ index: 171, value: 1, score: 2, severity: 'high' }],
    found: 1,
    drift: null,
    escalated: true,
    reason: null,
    decision: { action: 'hold', by: 'rules', rule: 'r', confidence: null, carried_out: false },
    delta_e_est: null,
    explanation: '',
    steps: [step('ml'), step('ml'), step('cognitive'), step('organism', 'skipped'), step('energy')],
  } as const;
  const row = triageRow('t', { ...report, anomalies: [...report.anomalies], steps: [...report.steps] }, 5);
  expect(row).toMatchObject({
    path: 'ml → cognitive → energy',
    outcome: 'anomalies at 171; decision hold (rules)',
    verdict: 'result',
  });
});
