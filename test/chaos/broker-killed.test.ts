import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { Receiver } from '../tasks/receiver.ts';

const main = fileURLToPath(new URL('../tasks/main-worker.ts', import.meta.url));

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

test('the broker killed with -9 twice while tasks come in and run: nothing acknowledged is missing', async () => {
  for (let i = 0; i < 2; i++) workers.push(new Program(process.execPath, [main], { env: { NATS_URL: server.url } }));
  await Promise.all(workers.map((worker) => worker.printed(/ready/)));
  const firstPid = server.pid;
  const accepted: string[] = [];
  let submitting = true;
  const submitter = (async () => {
    for (let n = 0; submitting; n++) {
      const id = `task-${n}`;
      const took = await tasks.submit({ id, type: 'demo' }, { queue: 'demo' }).catch((error: unknown) => error);
      if (took instanceof Error && !(took instanceof MeshError)) throw took;
      if (!(took instanceof Error)) accepted.push(id);
      await pause(10);
    }
  })();
  for (let kill = 1; kill <= 2; kill++) {
    const before = accepted.length;
    await until('tasks to be accepted', () => accepted.length > before + 40 || undefined);
    await server.kill();
    await pause(500);
    await server.restart();
  }
  await until('tasks to be accepted again', () => accepted.length > 150 || undefined);
  submitting = false;
  await submitter;
  expect(server.pid).not.toBe(firstPid);
  const results = await Promise.all(accepted.map((id) => tasks.wait(id, { timeoutMs: 60_000 })));
  const states = accepted.map((id, i) => `${id} ${results[i]?.state}`);
  expect(states).toEqual(accepted.map((id) => `${id} succeeded`));
  for (const id of accepted)
    expect([...receiver.answers.keys()].filter((key) => key.startsWith(`${id}/`))).toHaveLength(2);
});
