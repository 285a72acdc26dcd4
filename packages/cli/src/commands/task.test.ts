import { expect, test } from 'vitest';
import { countsText, exitCodeOf, outcomeNotes } from './task.ts';

const envelope = {
  version: '2' as const,
  kind: 'error' as const,
  success: false,
  task_id: 'a',
  gen: 1,
  metadata: { path: 'general', wait_ms: 1, run_ms: 2 },
};
const degraded = { reason: 'cache', source: 'cache' } as const;

test('the exit code says how a task went', () => {
  expect(exitCodeOf({ success: true })).toBe(0);
  expect(exitCodeOf({ success: false })).toBe(1);
  expect(exitCodeOf({ success: true, degraded })).toBe(2);
  expect(exitCodeOf({ success: false, degraded })).toBe(1);
});

test('a failure is told with what was tried', () => {
  const why = { code: 'skill_failed', message: 'no', retryable: true };
  const attempt = {
    n: 1,
    epoch: 1,
    owner: 'organism-1',
    started_at: '2026-11-22T10:00:00Z',
    outcome: 'error',
    error: why,
  };
  const notes = outcomeNotes({ ...envelope, error: { ...why, attempts: [attempt] } });
  expect(notes).toEqual(['task a failed: skill_failed: no', '  attempt 1: error, skill_failed: no']);
});

test('a degraded result says so', () => {
  expect(outcomeNotes({ ...envelope, kind: 'fast_path', success: true, degraded })).toEqual([
    'degraded: cache (cache)',
  ]);
});

test('counts are shown where there are any', () => {
  expect(countsText({ queued: 0, succeeded: 3, failed: 1 })).toBe('3 succeeded, 1 failed');
  expect(countsText({})).toBe('no tasks');
});
