import { fileURLToPath } from 'node:url';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { openStore } from '@seedcore/store';
import { openTasks, type TaskResult, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { Receiver } from '../tasks/receiver.ts';

const main = fileURLToPath(new URL('../tasks/main-worker.ts', import.meta.url));
const TASKS = 200;

let server: RunningServer;
let mesh: Mesh;
let tasks: Tasks;
const receiver = new Receiver();
const workers: Program[] = [];
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  tasks = openTasks(openStore(mesh));
  receiver.listen(mesh.nats());
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  await tasks.close();
  await mesh.close();
  await server.stop();
});

async function startWorker(): Promise<Program> {
  const worker = new Program(process.execPath, [main], { env: { NATS_URL: server.url } });
  workers.push(worker);
  await worker.printed(/ready/);
  return worker;
}

test('two workers killed with -9 while 200 tasks run: all end, every effect happens once', async () => {
  const [first, second] = await Promise.all([startWorker(), startWorker(), startWorker()]);
  const ids = Array.from({ length: TASKS }, (_, i) => `chaos-${i}`);
  await Promise.all(ids.map((id) => tasks.submit({ id, type: 'demo' }, { queue: 'demo' })));
  await until('work to be under way', () => receiver.answers.size > 60 || undefined);
  await first.stop('SIGKILL');
  await until('more work to be done', () => receiver.answers.size > 150 || undefined);
  await second.stop('SIGKILL');
  const results = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 60_000 })));
  expect(results.map((result) => result?.state)).toEqual(ids.map(() => 'succeeded'));
  expect(receiver.answers.size).toBe(2 * TASKS);
  expect(results.map(told)).toEqual(ids.map(known));
  const lost = results.filter((result) => (result?.attempts ?? 0) > 1);
  expect(lost.length).toBeGreaterThan(0); // else nobody was hit and the test shows nothing
});

/** What the result says the receiver answered. */
const told = (result: TaskResult | undefined): unknown => result?.value;
/** What the receiver did answer. */
const known = (id: string) => ({
  fetched: receiver.answers.get(`${id}/fetch`),
  sent: receiver.answers.get(`${id}/send`),
});
