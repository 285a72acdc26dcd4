import { jetstreamManager } from '@nats-io/jetstream';
import { openMesh } from '@seedcore/mesh/testing';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { WriteTap } from '../support/write-tap.ts';

const MANY = 200;

test('durable.A17: many tasks at once share batches, and each still costs five writes and ends once', async () => {
  const server = await startBroker();
  const mesh = await openMesh({ servers: server.url, ns: 'test' });
  const nats = mesh.nats();
  const tap = await WriteTap.on(nats, 'test');
  const tasks = openTasks(openStore(mesh));
  const runs = new Map<string, number>();
  // All end in the same moment, so that what each then writes comes together.
  const allRun = Promise.withResolvers<void>();
  const worker = tasks.worker('general', {
    slots: MANY,
    handlers: {
      count: async (params, task) => {
        runs.set(task.id, (runs.get(task.id) ?? 0) + 1);
        if (runs.size === MANY) allRun.resolve();
        await allRun.promise;
        return ok({ n: Number(params['n']) * 2 });
      },
    },
  });
  await worker.ready;
  const ids = Array.from({ length: MANY }, (_, n) => `many-${n}`);
  const submitted = await Promise.all(ids.map((id, n) => tasks.submit({ id, type: 'count', params: { n } })));
  expect(submitted.every((answer) => answer.ok && !answer.value.duplicate)).toBe(true);
  const again = await Promise.all(ids.map((id, n) => tasks.submit({ id, type: 'count', params: { n } })));
  expect(again.every((answer) => answer.ok && answer.value.duplicate)).toBe(true);
  const results = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 60_000 })));
  expect(results.map((result) => result?.value)).toEqual(ids.map((_, n) => ({ n: 2 * n })));
  await until('every acknowledgement', async () => ((await tap.acks()) >= MANY ? true : undefined));
  expect([...runs.values()].every((times) => times === 1)).toBe(true);
  const streams = (await jetstreamManager(nats)).streams;
  const inBatches = async (stream: string, subject: (id: string) => string) => {
    const stored = await Promise.all(ids.map((id) => streams.getMessage(stream, { last_by_subj: subject(id) })));
    return stored.filter((one) => one?.header.get('Nats-Batch-Id')).length;
  };
  expect(await inBatches('KV_test_tasks', (id) => `$KV.test_tasks.t.${id}`)).toBeGreaterThan(0);
  expect(await inBatches('SC_test_RESULTS', (id) => `test.result.${id}`)).toBeGreaterThan(0);
  await worker.drain(1000);
  await tasks.close();
  await mesh.close();
  await server.stop();
});
