import type { TaskEvent } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { eventLine } from './task-story.ts';

const base: TaskEvent = {
  ...{ kind: 'queued', id: 'a', gen: 1, type: 'wait', queue: 'general', state: 'running', attempt: 2 },
  at: '2026-11-22T10:00:00Z',
};
const error = { code: 'skill_failed', message: 'no', retryable: true };

test.each<[Partial<TaskEvent>, string | undefined]>([
  [{ kind: 'queued' }, 'waits in queue general'],
  [{ kind: 'started' }, 'attempt 2 begins in queue general'],
  [{ kind: 'step', step: 'look' }, 'step look is done'],
  [{ kind: 'retrying', delay_ms: 250, error }, 'attempt 2 failed, skill_failed: no; again in 250 ms'],
  [{ kind: 'waiting' }, 'rests until something happens that it waits for'],
  [{ kind: 'waiting', state: 'held', note: 'nobody is there' }, 'is held back: nobody is there'],
  [{ kind: 'done', state: 'succeeded' }, 'succeeded'],
  [{ kind: 'progress', pct: 0.4 }, undefined],
])('%j is told as %s', (more, line) => {
  expect(eventLine({ ...base, ...more })).toBe(line);
});
