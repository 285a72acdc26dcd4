import { taskSpec as contractSpec } from '@seedcore/contracts';
import { taskSpec } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startedCoordinator } from './testing/started-coordinator.ts';

test('process_task waits for the result and shows the way it went', async () => {
  const { service, soon } = startedCoordinator();
  const reply = await soon(service.process_task({ type: 'sum', params: { values: [1, 2, 3] } }));
  expect(reply).toMatchObject({
    ok: true,
    value: {
      done: true,
      state: 'succeeded',
      result: { kind: 'fast_path', success: true, payload: { result: 6, organ_id: 'utility_organ_1' } },
    },
  });
});

test('not done in time is an answer, and the result comes later', async () => {
  const { service, soon } = startedCoordinator();
  const reply = await soon(service.process_task({ id: 't1', type: 'sleep', wait_ms: 1_000 }));
  expect(reply).toEqual({ ok: true, value: { id: 't1', done: false, state: 'running' } });
});

test('the same id with other content is a conflict, with the same content the same task', async () => {
  const { service, soon } = startedCoordinator();
  const submit = (values: number[]) => soon(service.submit_task({ id: 't1', type: 'sum', params: { values } }));
  expect(await submit([1])).toMatchObject({ ok: true, value: { id: 't1', gen: 1, duplicate: false } });
  expect(await submit([1])).toMatchObject({ ok: true, value: { id: 't1', duplicate: true } });
  expect(await submit([2])).toEqual({ ok: false, failure: { code: 'conflict', details: { id: 't1' } } });
});

test('with too little room no task is taken, and the caller hears why and when to ask again', async () => {
  const { clock, service, store, soon } = startedCoordinator();
  store.broker.storage = async () => ({ usedBytes: 99, limitBytes: 100 });
  await soon(service.submit_task({ type: 'sum', params: { values: [1] } })); // it only looks how things are
  await clock.advance(100);
  const task = { type: 'sum', params: { values: [2] } };
  const refused = { code: 'overloaded', details: { reason: 'storage_low' }, retryAfterMs: 10_000 };
  await expect(soon(service.submit_task(task))).rejects.toMatchObject(refused);
  await expect(soon(service.process_task(task))).rejects.toMatchObject(refused);
});

test('a running task is cancelled once, and the same wish gets the first answer', async () => {
  const { service, soon } = startedCoordinator();
  await soon(service.process_task({ id: 't1', type: 'sleep', wait_ms: 500 }));
  const cancel = (reason: string) => soon(service.cancel_task({ id: 't1', reason }));
  const first = await cancel('wrong arm');
  expect(first).toEqual({ ok: true, value: { id: 't1', state: 'cancelled', stopped_by: 'owner' } });
  expect(await cancel('wrong arm')).toEqual(first);
  expect(await cancel('again')).toMatchObject({ failure: { code: 'already_final', details: { state: 'cancelled' } } });
});

test('unknown ids are named', async () => {
  const { service, soon } = startedCoordinator();
  const failures = await soon(
    Promise.all([
      service.get_task({ id: 'nope', wait_ms: 5_000 }),
      service.cancel_task({ id: 'nope', reason: 'x' }),
      service.redrive_dead_letter({ id: 'nope' }),
    ]),
  );
  expect(failures.map((one) => !one.ok && one.failure.code)).toEqual([
    'unknown_task',
    'unknown_task',
    'unknown_dead_letter',
  ]);
});

test('list_tasks counts by state and filters', async () => {
  const { service, soon } = startedCoordinator();
  await soon(service.process_task({ id: 't1', type: 'sum', params: { values: [1] } }));
  await soon(service.process_task({ id: 't2', type: 'fly' }));
  const all = await soon(service.list_tasks({}));
  expect(all).toMatchObject({
    value: { items: [{ id: 't2' }, { id: 't1' }], counts: { succeeded: 1, failed: 1, running: 0 } },
  });
  expect(await soon(service.list_tasks({ type: 'sum' }))).toMatchObject({ value: { items: [{ id: 't1' }] } });
});

test('a triage is durable work: the endpoint waits for it, and the same id gives the same report', async () => {
  const { service, soon } = startedCoordinator();
  const request = { triage_id: 'tr1', agent_id: 'pump-3', series: [0.1, 0.12, 5, 0.11, 0.1, 0.12] };
  const reply = await soon(service.anomaly_triage(request));
  expect(reply).toMatchObject({
    ok: true,
    value: { triage_id: 'tr1', found: 1, anomalies: [{ index: 2 }], decision: { action: 'hold', carried_out: false } },
    degraded: { source: 'default' },
  });
  expect(await soon(service.anomaly_triage(request))).toEqual(reply);
  expect(await soon(service.get_task({ id: 'tr1' }))).toMatchObject({
    value: { queue: 'triage', result: { kind: 'triage' } },
  });
});

test('a series without numbers is a declared failure', async () => {
  const { service, soon } = startedCoordinator();
  const triage = (series: (number | null)[]) => soon(service.anomaly_triage({ agent_id: 'a', series }));
  expect(await triage([null, null, null])).toMatchObject({ failure: { code: 'all_missing', details: { n: 3 } } });
  expect(await triage([1, null, 2])).toMatchObject({ failure: { code: 'series_too_short', details: { n: 2 } } });
  expect(await triage([])).toMatchObject({ failure: { code: 'series_too_short', details: { n: 0 } } });
});

test.each([
  [{ type: 'sum', deadline_at: '2020-01-01T00:00:00Z' }, '/deadline_at'],
  [{ type: 'sum', id: 'a.b' }, '/id'],
  [{ type: 'sum', priority: 7 }, '/priority'],
  [{ type: 'sum', parms: {} }, '/parms'],
  [{ type: 'sum', requires: Array(9).fill('x') }, '/requires'],
])('%j is a bad request naming %s', async (body, field) => {
  const { service, soon } = startedCoordinator();
  const reply = await soon(service.request('submit_task', JSON.stringify(body)));
  expect(reply.status).toBe('400');
  expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field } } });
});

test('get_system_status names who is silent', async () => {
  const { service, soon } = startedCoordinator();
  await soon(service.process_task({ type: 'sum', params: { values: [1] } }));
  const reply = await soon(service.get_system_status({}));
  expect(reply).toMatchObject({
    ok: true,
    value: { mode: 'NORMAL', tasks: { succeeded: 1 }, missing: ['ml', 'state', 'energy', 'cognitive'] },
    degraded: { source: 'default' },
  });
  expect(reply.ok && reply.value.services.map(({ name, ready }) => [name, ready])).toContainEqual(['organism', true]);
  expect(reply.ok && reply.value.queues.map(({ queue }) => queue)).toEqual(['general', 'triage', 'utility_organ_1']);
});

test('tasks are published in the very form in which submit_task takes them', () => {
  const isProse = (key: string, value: unknown) =>
    key === 'example' || (key === 'description' && typeof value === 'string');
  const shape = (schema: z.ZodType) =>
    JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), (key, value) => (isProse(key, value) ? undefined : value));
  expect(shape(taskSpec)).toBe(shape(contractSpec));
});

test('a task that was tried again is shown with each attempt, where it failed, and how long it waited', async () => {
  const { service, soon } = startedCoordinator();
  await soon(service.process_task({ id: 't1', type: 'flaky', wait_ms: 60_000 }));
  expect(await soon(service.get_task({ id: 't1' }))).toMatchObject({
    ok: true,
    value: {
      state: 'succeeded',
      attempts: [
        { n: 1, outcome: 'error', step: 'look', delay_ms: expect.any(Number) },
        { n: 2, outcome: 'ok' },
      ],
    },
  });
});
