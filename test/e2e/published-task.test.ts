import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh();
});
afterAll(() => mesh?.stop());

async function finished(id: string): Promise<{ state: string; result?: unknown; error?: unknown; gen: number }> {
  return until(`task ${id} to end`, async () => {
    const { body } = await mesh.call('coordinator', 'get_task', { id });
    return ['succeeded', 'failed', 'cancelled', 'expired'].includes(body.state) ? body : undefined;
  });
}

test('a task published on its subject is executed, and events show its life', async () => {
  const seen: string[] = [];
  const watching = mesh.nats.subscribe('seedcore-dev.evt.>', {
    callback: (_error, message) => {
      if (message.subject.endsWith('.published-1')) seen.push(message.subject.split('.').at(-2) ?? '');
    },
  });
  await mesh.nats.flush(); // the task comes over another connection
  const body = '{"type":"analyze_series","params":{"values":[1,1,2,1,9]}}';
  expect(await mesh.cli(['pub', 'seedcore-dev.task.general.normal.published-1', body])).toMatchObject({ code: 0 });
  expect(await finished('published-1')).toMatchObject({ state: 'succeeded' });
  await until('the events', () => {
    expect(seen).toEqual(expect.arrayContaining(['started', 'done', 'result']));
    return seen;
  });
  watching.unsubscribe();
});

test('process_task waits and returns the result', async () => {
  const { code, body } = await mesh.call('coordinator', 'process_task', {
    type: 'json_transform',
    params: { data: { a: [1, 2, 3] }, expression: '$sum(a)' },
  });
  expect(code).toBeUndefined();
  expect(body).toMatchObject({ done: true, state: 'succeeded' });
  expect(JSON.stringify(body.result)).toContain('6');
});

test('a malformed task ends as a readable dead letter, and redrive finishes it once repaired', async () => {
  await mesh.cli(['pub', 'seedcore-dev.task.general.normal.broken-1', '{"type":"json_transform","params":']);
  expect(await finished('broken-1')).toMatchObject({ state: 'failed' });
  const letter = await until('the dead letter', async () => {
    const { body } = await mesh.call('coordinator', 'list_dead_letters', {});
    return body.items.find((item: { id: string }) => item.id === 'broken-1');
  });
  expect(letter).toMatchObject({ id: 'broken-1', reason: 'bad_message' });
  const shown = await mesh.cli([
    'stream',
    'get',
    'SC_seedcore-dev_DLQ',
    '-S',
    `seedcore-dev.dlq.${letter.queue}.broken-1`,
  ]);
  expect(shown.stdout).toContain('json_transform');
  const redriven = await mesh.call('coordinator', 'redrive_dead_letter', {
    id: 'broken-1',
    patch: { type: 'json_transform', params: { data: { a: 2 }, expression: 'a * 21' } },
  });
  expect(redriven.body).toMatchObject({ redriven: [{ id: 'broken-1', gen: 2 }] });
  const task = await until('generation 2 to end', async () => {
    const { body } = await mesh.call('coordinator', 'get_task', { id: 'broken-1' });
    return body.gen === 2 && body.state === 'succeeded' ? body : undefined;
  });
  expect(JSON.stringify(task.result)).toContain('42');
});

test('a task of a type nobody knows fails honestly', async () => {
  const { body } = await mesh.call('coordinator', 'process_task', { type: 'no_such_skill', params: {} });
  expect(body).toMatchObject({ done: true, state: 'failed' });
  expect(JSON.stringify(body)).toContain('no_route');
});

test('a cancelled task stops and stays cancelled', async () => {
  const submitted = await mesh.call('coordinator', 'submit_task', {
    type: 'wait',
    params: { for_ms: 60_000, hold: true },
  });
  const { id } = submitted.body;
  await until('it to run', async () =>
    (await mesh.call('coordinator', 'get_task', { id })).body.state === 'running' ? true : undefined,
  );
  const cancelled = await mesh.call('coordinator', 'cancel_task', { id, reason: 'enough' });
  expect(cancelled.body).toMatchObject({ state: 'cancelled' });
  expect(await finished(id)).toMatchObject({ state: 'cancelled' });
});
