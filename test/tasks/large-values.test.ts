import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks, taskResult, type Worker } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';

const text = 'abcdefghij'.repeat(200_000);

let server: RunningServer;
let mesh: Mesh;
let tasks: Tasks;
let worker: Worker;
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  tasks = openTasks(openStore(mesh));
  worker = tasks.worker('general', {
    retry: { windowsMs: [10] },
    handlers: {
      echo: async (params, task) => {
        const copy = await task.step('copy', async () => params['text']);
        if (task.attempt === 1) throw new Error('once more, from the memo');
        return ok({ copy });
      },
    },
  });
  await worker.ready;
});
afterAll(async () => {
  await worker.drain(1000);
  await tasks.close();
  await mesh.close();
  await server.stop();
});

test('an input, a memo and a result of two megabytes come through', async () => {
  const answer = await tasks.run({ id: 'big', type: 'echo', params: { text } }, { timeoutMs: 60_000 });
  expect(answer).toMatchObject({ ok: true, value: { result: { state: 'succeeded', attempts: 2 } } });
  const view = await tasks.get('big');
  expect(view?.result?.value).toEqual({ copy: text });
  expect(view?.spec?.params).toEqual({ text });
});

test('what is too large for a record is read by `nats object get`', async () => {
  const stored = await openStore(mesh).broker.last('SC_test_RESULTS', 'test.result.big', { fresh: true });
  const { value_ref: ref } = taskResult.parse(JSON.parse(new TextDecoder().decode(stored?.body)));
  const folder = await mkdtemp(join(tmpdir(), 'seedcore-'));
  const file = join(folder, 'value.json');
  const args = ['--server', server.url, 'object', 'get', 'test_work', ref?.object ?? '', '--output', file, '--force'];
  const got = await run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', [...args, '--no-progress']);
  expect(got).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ copy: text });
  await rm(folder, { recursive: true });
});
