import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import type { Handler, Worker } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTasksBed, type TasksBed } from '../support/tasks-bed.ts';

let bed: TasksBed;
beforeAll(async () => {
  bed = await openTasksBed();
});
afterAll(() => bed?.stop());

const demo: Handler = async () => {
  await pause(30);
  return ok(1);
};

/** Whatever waits for such a lease to lapse has no result when the test asks for it. */
const LONG_LEASE = { ackWaitMs: 3_600_000, beatMs: 10_000 };
const GRACE_MS = 60_000;

test('workers that come and go under load strand nothing: no task waits for a lease to lapse', async () => {
  const start = (): Worker => bed.tasks.worker('rolling', { slots: 4, handlers: { demo }, times: LONG_LEASE });
  let worker = start();
  await worker.ready;
  const ids = Array.from({ length: 150 }, (_, i) => `r${i}`);
  const waits = ids.map(async (id) => {
    await bed.tasks.submit({ id, type: 'demo' }, { queue: 'rolling' });
    return bed.tasks.wait(id, { timeoutMs: 90_000 });
  });
  for (let roll = 0; roll < 6; roll++) {
    await pause(150);
    const next = start();
    await worker.drain(GRACE_MS);
    worker = next;
  }
  const results = await Promise.all(waits);
  expect(results.every((result) => result?.state === 'succeeded' && result.attempts === 1)).toBe(true);
  await worker.drain(1000);
});

test('a consumer that somebody removed is made again', async () => {
  const worker = bed.tasks.worker('removed', { handlers: { demo } });
  await worker.ready;
  await bed.tasks.run({ type: 'demo' }, { queue: 'removed', timeoutMs: 60_000 });
  const manager = await jetstreamManager(bed.mesh.nats());
  for (const lane of ['high', 'normal', 'low']) await manager.consumers.delete('SC_test_TASKS', `removed_${lane}`);
  const answer = await bed.tasks.run({ type: 'demo' }, { queue: 'removed', timeoutMs: 60_000 });
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded' } } });
  await worker.drain(1000);
});
