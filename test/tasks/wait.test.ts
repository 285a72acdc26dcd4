import { jetstreamManager } from '@nats-io/jetstream';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const WAITERS = 200;

let server: RunningServer;
const open: Mesh[] = [];
beforeAll(async () => {
  server = await startBroker();
});
afterAll(async () => {
  await Promise.all(open.map((mesh) => mesh.close()));
  await server.stop();
});

async function connected(): Promise<Mesh> {
  const mesh = await openMesh({ servers: server.url, ns: 'test' });
  open.push(mesh);
  return mesh;
}

test('two hundred waiters cost a subscription and a look each, and no consumer', async () => {
  const waiting = await connected();
  const working = await connected();
  const submitter = openTasks(openStore(working));
  const worker = submitter.worker('general', { slots: 32, handlers: { demo: async () => ok(1) } });
  await worker.ready;
  const tasks = openTasks(openStore(waiting));
  await tasks.provision();
  const looks = await counted(working, '$JS.API.STREAM.MSG.GET.SC_test_RESULTS');
  const ids = Array.from({ length: WAITERS }, (_, i) => `waited-${i}`);
  const waits = ids.map((id) => tasks.wait(id, { timeoutMs: 60_000 }));
  await until('all to have looked', () => (looks.count === WAITERS ? true : undefined));
  const consumers = await consumerCount(working);
  await Promise.all(ids.map((id) => submitter.submit({ id, type: 'demo' })));
  const results = await Promise.all(waits);
  expect(results.every((result) => result?.state === 'succeeded')).toBe(true);
  expect(looks.count).toBe(WAITERS);
  expect(await consumerCount(working)).toBe(consumers);
  await worker.drain(1000);
  await submitter.close();
});

test('a wait goes on over a restart of the broker', async () => {
  const mesh = await connected();
  const tasks = openTasks(openStore(mesh));
  await tasks.submit({ id: 'over', type: 'demo' });
  const waiting = tasks.wait('over', { timeoutMs: 60_000 });
  await server.kill();
  await server.restart();
  const worker = tasks.worker('general', { handlers: { demo: async () => ok('after') } });
  expect(await waiting).toMatchObject({ value: 'after' });
  await worker.drain(1000);
  await tasks.close();
});

async function counted(mesh: Mesh, subject: string): Promise<{ count: number }> {
  const counter = { count: 0 };
  mesh.nats().subscribe(subject, {
    callback: () => {
      counter.count += 1;
    },
  });
  await mesh.nats().flush();
  return counter;
}

async function consumerCount(mesh: Mesh): Promise<number> {
  const manager = await jetstreamManager(mesh.nats());
  const infos = await Promise.all(['SC_test_RESULTS', 'SC_test_TASKS'].map((name) => manager.streams.info(name)));
  return infos.reduce((sum, info) => sum + info.state.consumer_count, 0);
}
