import { type CallRecord, type RecordStep, recordDecisions } from '@seedcore/mesh';
import { meshErrors } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { recordStory, stepSentence } from './record-story.ts';

const record: CallRecord = {
  call: '01jdz7x8k2m3n4p5q6r7s8t9va',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  target: 'ml.rerank',
  caller: 'coordinator',
  instance: 'coordinator-k3j2',
  started: '2026-03-01T12:00:00.000Z',
  ms: 1_250,
  outcome: 'timeout',
  chain: ['coordinator'],
  steps: [
    {
      at_ms: 2.4,
      layer: 'attempt',
      decision: 'failed',
      detail: { attempt: 1, instance: 'ml-a', code: 'overloaded', retry_after_ms: 250, ms: 2.1 },
    },
    { at_ms: 2.4, layer: 'retry', decision: 'wait', detail: { code: 'overloaded', wait_ms: 250 } },
    { at_ms: 1_250, layer: 'attempt', decision: 'failed', detail: { attempt: 2, code: 'timeout', ms: 997 } },
    { at_ms: 1_250, layer: 'retry', decision: 'stop', detail: { code: 'timeout', reason: 'no_time_left' } },
  ],
};

test('a record reads as a story: who called what, how it ended, one line per step', () => {
  expect(recordStory(record)).toEqual([
    'ml.rerank, called by coordinator-k3j2, ended with timeout, no answer in time after 1.3 s.',
    '  call 01jdz7x8k2m3n4p5q6r7s8t9va, trace 4bf92f3577b34da6a3ce929d0e0e4736, began 2026-03-01T12:00:00.000Z, by way of coordinator',
    '   2 ms  attempt 1, at ml-a, failed after 2 ms: overloaded, it is too busy; to be asked again in 250 ms',
    '   2 ms  waits 250 ms, then tries again',
    '  1.3 s  attempt 2, to whoever takes it, failed after 997 ms: timeout, no answer in time',
    '  1.3 s  does not try again: there is no time for another one',
  ]);
});

test('a call without steps says so', () => {
  expect(recordStory({ ...record, outcome: 'ok', steps: [] })).toContainEqual(
    expect.stringMatching(/nothing happened/),
  );
});

const every = Object.entries(recordDecisions).flatMap(([layer, decisions]) =>
  decisions.map((decision) => ({ layer, decision }) as Pick<RecordStep, 'layer' | 'decision'>),
);

test.each(every)('$layer $decision is a sentence without holes', ({ layer, decision }) => {
  const detail = { attempt: 1, instance: 'ml-a', to: 'ml-b', code: 'overloaded', wait_ms: 5, left_ms: 1, queued: 2 };
  const sentence = stepSentence({ at_ms: 0, layer, decision, detail });
  expect(sentence).toMatch(/^[a-z].{10,}$/);
  expect(sentence).not.toMatch(/undefined|NaN|_/);
});

test.each(Object.keys(meshErrors))('%s is said in words', (code) => {
  const sentence = stepSentence({ at_ms: 0, layer: 'call', decision: 'failed', detail: { code } });
  expect(sentence).toMatch(new RegExp(`^failed: ${code}, [a-z ]{10,}`));
});

test('each reason to stop, to open and to send away is said in words', () => {
  const said = (layer: RecordStep['layer'], decision: string, reasons: readonly string[]) =>
    reasons.map((reason) => stepSentence({ at_ms: 0, layer, decision, detail: { reason } }));
  const stops = [
    'attempts_spent',
    'never_retried',
    'not_idempotent',
    'retry_of_a_retry',
    'budget_spent',
    'no_time_left',
  ];
  const all = [
    ...said('retry', 'stop', stops),
    ...said('breaker', 'refused', ['run', 'rate', 'slow', 'probe', 'isolate']),
    ...said('bulkhead', 'refused', ['full', 'evicted', 'late']),
    ...said('throttle', 'refused', ['brownout', 'accepts']),
  ];
  expect(new Set(all).size).toBe(16);
  for (const sentence of all) expect(sentence).not.toMatch(/_/);
});
