import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { type Handler, openTasks, type Tasks } from '@seedcore/tasks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { WriteTap } from '../support/write-tap.ts';

/** Written for every task: record, carrier, claim, end, result. */
const PLAIN = 5;
const TAKEOVER = 2;

let server: RunningServer;
let nats: NatsConnection;
let tap: WriteTap;
const meshes: BusMesh[] = [];

beforeEach(async () => {
  server = await startBroker();
  nats = await connect({ servers: server.url });
  tap = await WriteTap.on(nats, 'test');
});
afterEach(async () => {
  await Promise.all(meshes.splice(0).map((mesh) => mesh.close()));
  await nats.close();
  await server.stop();
});

/** Tasks as one process has them. */
async function tasksOfProcess(): Promise<{ readonly mesh: BusMesh; readonly tasks: Tasks }> {
  const mesh = await openMesh({ servers: server.url, ns: 'test' });
  meshes.push(mesh);
  return { mesh, tasks: openTasks(openStore(mesh), { report: () => undefined }) };
}

const work = (tasks: Tasks, handler: Handler) =>
  tasks.worker('general', { handlers: { count: handler }, times: { ackWaitMs: 5000, beatMs: 500 } }).ready;

/** Its message is acknowledged last of all. */
const acknowledged = () => until('the acknowledgement', async () => ((await tap.acks()) > 0 ? true : undefined));

test.each([0, 1, 3])(
  'durable.A17: a task of %i steps costs five writes, one for each step, and one acknowledgement',
  async (steps) => {
    const { tasks } = await tasksOfProcess();
    await work(tasks, async (_params, task) => {
      for (let i = 0; i < steps; i += 1) await task.step(`step-${i}`, async () => i);
      return ok('done');
    });
    const answer = await tasks.run({ id: 'counted', type: 'count' }, { timeoutMs: 60_000 });
    expect(answer).toMatchObject({ ok: true, value: { result: { state: 'succeeded' } } });
    await acknowledged();
    expect(await tap.writes('counted')).toHaveLength(PLAIN + steps);
    expect(await tap.acks()).toBe(1);
  },
);

test('durable.A17: a submit under a key costs as much as any other, and its repeat makes no second task', async () => {
  const { tasks } = await tasksOfProcess();
  const spec = { type: 'count', idempotency_key: 'order-17' };
  const first = await tasks.submit(spec);
  if (!first.ok) throw new Error(first.failure.code);
  const { id } = first.value;
  expect(await tasks.get(id)).toMatchObject({ state: 'queued', attempt: 0 });
  expect(await tap.writes(id)).toEqual([`$KV.test_tasks.t.${id}`, `test.task.general.normal.${id}`]);
  expect(await tasks.submit(spec)).toMatchObject({ ok: true, value: { id, duplicate: true } });
  expect(await tasks.get(id)).toMatchObject({ state: 'queued', attempt: 0 });
});

test('durable.A17: a takeover costs two writes more at most', async () => {
  const dying = await tasksOfProcess();
  const { promise: started, resolve: onStart } = Promise.withResolvers<void>();
  await work(dying.tasks, (_params, task) => {
    onStart();
    return new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
  });
  const { tasks } = await tasksOfProcess();
  await tasks.submit({ id: 'orphan', type: 'count' });
  await started;
  await dying.mesh.close();
  await work(tasks, async () => ok('done'));
  expect(await tasks.wait('orphan', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded' });
  expect(await tasks.get('orphan')).toMatchObject({ attempts: [{ outcome: 'lost' }, { outcome: 'ok' }] });
  await acknowledged();
  const writes = await tap.writes('orphan');
  expect(writes.length, writes.join(' ')).toBeGreaterThan(PLAIN);
  expect(writes.length, writes.join(' ')).toBeLessThanOrEqual(PLAIN + TAKEOVER);
  expect(await tap.acks()).toBe(1);
});
