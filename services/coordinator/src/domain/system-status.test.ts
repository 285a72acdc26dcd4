import { expect, test } from 'vitest';
import { queueLine, serviceLines, silent } from './system-status.ts';

const ready = { ready: true, missing: [], degraded_by: [] };

test('a service that does not answer has a line too, and is not ready', () => {
  const present = [
    { name: 'ml', version: '0.1.0' },
    { name: 'ml', version: '0.1.0' },
  ];
  expect(serviceLines(present, [{ what: 'ml', value: ready }, { what: 'state' }])).toEqual([
    { name: 'ml', instances: 2, version: '0.1.0', ready: true, missing: [], degraded_by: [] },
    { name: 'state', instances: 0, ready: false, missing: [], degraded_by: [] },
  ]);
});

test('what gave no answer is named', () => {
  expect(silent([{ what: 'ml', value: ready }, { what: 'state' }])).toEqual(['state']);
});

test('tasks waiting for another attempt or another look wait', () => {
  expect(queueLine('general', { queued: 3, retrying: 2, held: 4, running: 1, failed: 9 })).toEqual({
    queue: 'general',
    waiting: 9,
    running: 1,
  });
});

test('a queue that stands still says why', () => {
  expect(queueLine('general', {}, { reason: 'repair' })).toEqual({
    queue: 'general',
    waiting: 0,
    running: 0,
    paused: { reason: 'repair' },
  });
});
