import { expect, test } from 'vitest';
import { taskSpec } from '../task-spec.ts';
import { accept } from './accept.ts';
import { MAX_LOST_CARRIERS, recarry } from './recarry.ts';
import type { TaskRecord } from './task-record.ts';
import { claim } from './transitions.ts';

const NOW = Date.UTC(2026, 10, 22);
const queued = accept(taskSpec.parse({ type: 'demo' }), { id: 'a', queue: 'general', now: NOW });
const running = claim(queued, { owner: 'x', seq: 5, now: NOW });

test('a task that waits stays what it is, under a new carrier', () => {
  expect(recarry(queued, NOW)).toMatchObject({ state: 'queued', carrier: 'a.1.1', seq: 0, lost_carriers: 1 });
  const delayed: TaskRecord = { ...queued, state: 'delayed', not_before: '2026-11-23T00:00:00.000Z' };
  expect(recarry(delayed, NOW)).toMatchObject({ state: 'delayed', not_before: delayed.not_before, carrier: 'a.1.1' });
});

test('an attempt that runs is lost with its message', () => {
  const after = recarry(running, NOW);
  expect(after).toMatchObject({ state: 'queued', carrier: 'a.1.1', lost: 1, attempts: [{ n: 1, outcome: 'lost' }] });
  expect(after.owner).toBeUndefined();
});

test.each([queued, running])('from $state: five are replaced, the sixth makes a dead letter', (first) => {
  let record = first;
  for (let i = 0; i < MAX_LOST_CARRIERS; i++) record = recarry(record, NOW);
  expect(record).toMatchObject({ state: 'queued', lost_carriers: 5, carrier: 'a.1.5' });
  expect(recarry(record, NOW)).toMatchObject({
    state: 'failed',
    dead: 'carrier_lost',
    error: { code: 'carrier_lost', retryable: false },
    carrier: 'a.1.5',
  });
});
