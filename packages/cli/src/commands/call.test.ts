import { expect, test } from 'vitest';
import { degradedMark, errorText, misfitText } from './call.ts';

test('an error shows code, status, message, details and trace', () => {
  const error = {
    code: 'conflict',
    status: 409,
    message: 'conflict',
    retryable: false,
    details: { id: 'a' },
    trace_id: 't1',
  };
  expect(errorText('coordinator.submit_task', error)).toBe(
    'coordinator.submit_task: conflict (409): conflict\n  {"id":"a"}\n  trace t1, see: seedcore why t1',
  );
});

test('an input that does not fit is explained, five problems at most, and nothing was sent', () => {
  const wrong = Array.from({ length: 7 }, (_, i) => ({ at: `/f${i}`, why: 'is missing' }));
  const lines = misfitText('ml.rerank', wrong).split('\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toBe('ml.rerank does not take this (nothing was sent):');
  expect(lines.at(-1)).toBe('see: seedcore info ml rerank');
});

test('the mark of a degraded answer is seen', () => {
  expect(degradedMark({ degraded: { reason: 'ml_unavailable', source: 'default' } })).toBe('ml_unavailable (default)');
  expect(degradedMark({ value: 1 })).toBeUndefined();
  expect(degradedMark('text')).toBeUndefined();
});
