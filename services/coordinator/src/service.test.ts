import { taskSpec as contractSpec, type outcome } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { MemoryReplies, startService } from '@seedcore/runtime/testing';
import { type Handler, taskSpec } from '@seedcore/tasks';
import { memoryTasks } from '@seedcore/tasks/testing';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { Census, Organs, TriagePorts } from './ports.ts';
import { coordinatorService } from './service.ts';
import { startWork } from './work/start-work.ts';

const silent = async (): Promise<never> => {
  throw new MeshError('no_responder', { target: 'nobody' });
};

/** Knows three types of work. */
const organs: Organs = {
  profile: silent,
  route: async ({ type }) =>
    ['sum', 'sleep', 'broken', 'flaky'].includes(type)
      ? { value: { logical_id: 'utility_organ_1', queue: 'utility_organ_1', resolved_from: 'task' } }
      : { none: 'no_route' },
};

const others: Omit<TriagePorts, 'organs'> = {
  measuring: { drift: silent, anomalies: silent },
  thinking: { reason: silent, decide: silent },
  governing: { mode: silent, deltaIfCalm: silent },
  memory: { picture: silent, remember: silent },
  announcements: { routed: () => {}, triaged: () => {} },
};

const census: Census = {
  instances: async () => [{ name: 'organism', version: '0.1.0' }],
  health: async (service) => (service === 'organism' ? { ready: true, missing: [], degraded_by: [] } : silent()),
  mode: async () => 'NORMAL',
  organs: async () => ['utility_organ_1'],
};

/** What an agent would do. */
const skills: Record<string, Handler> = {
  sum: async ({ values }, { id }) => ({
    ok: true,
    value: run(
      id,
      z
        .array(z.number())
        .parse(values)
        .reduce((a, b) => a + b, 0),
    ),
  }),
  sleep: (_params, { signal }) =>
    new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  broken: async () => ({ ok: false, failure: { code: 'skill_failed', details: { why: 'broken' } } }),
  flaky: async (_params, task) => {
    if (task.attempt === 1) await task.step('look', () => Promise.reject(new Error('not yet')), { tries: 1 });
    return { ok: true, value: run(task.id, 'at last') };
  },
};

const run = (task_id: string, result: unknown): z.input<typeof outcome> => ({
  ...{ task_id, state: 'succeeded', attempt: 1, epoch: 1, organ_id: 'utility_organ_1', agent_id: 'a1', skill: 'sum' },
  ...{ result, quality: null, history: [], trace_id: 'x' },
  usage: { busy_ms: 1, llm_calls: 0, tokens_in: 0, tokens_out: 0, money_micros: null, metered: false },
});

/** A coordinator with its queues, an organ, and time that passes while a test waits. */
function started() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const { tasks, store } = memoryTasks({ clock, random });
  const work = startWork({ ...others, organs, tasks, clock });
  const organ = tasks.worker('utility_organ_1', { handlers: skills });
  const service = startService(coordinatorService({ tasks, census, clock }), {
    clock,
    random,
    replies: new MemoryReplies(clock),
  });
  onTestFinished(async () => {
    const ended = Promise.all([work.drain(10), organ.drain(10), tasks.close(), service.stop()]);
    await clock.advance(5_000);
    await ended;
    await store.close();
  });
  /** Lets virtual time pass until `answer` is there. */
  async function soon<T>(answer: Promise<T>): Promise<T> {
    let settled = false;
    const noted = answer.finally(() => {
      settled = true;
    });
    noted.catch(() => {});
    for (let i = 0; i < 600 && !settled; i++) await clock.advance(100);
    return noted;
  }
  return { clock, service, tasks, store, soon };
}

test('process_task waits for the result and shows the way it went', async () => {
  const { service, soon } = started();
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
  const { service, soon } = started();
  const reply = await soon(service.process_task({ id: 't1', type: 'sleep', wait_ms: 1_000 }));
  expect(reply).toEqual({ ok: true, value: { id: 't1', done: false, state: 'running' } });
});

test('the same id with other content is a conflict, with the same content the same task', async () => {
  const { service, soon } = started();
  const submit = (values: number[]) => soon(service.submit_task({ id: 't1', type: 'sum', params: { values } }));
  expect(await submit([1])).toMatchObject({ ok: true, value: { id: 't1', gen: 1, duplicate: false } });
  expect(await submit([1])).toMatchObject({ ok: true, value: { id: 't1', duplicate: true } });
  expect(await submit([2])).toEqual({ ok: false, failure: { code: 'conflict', details: { id: 't1' } } });
});

test('a type nobody does fails honestly, as result and as dead letter', async () => {
  const { service, soon } = started();
  const reply = await soon(service.process_task({ id: 't1', type: 'fly' }));
  expect(reply).toMatchObject({
    value: { done: true, state: 'failed', result: { kind: 'error', error: { code: 'no_route', retryable: false } } },
  });
  expect(await soon(service.list_dead_letters({}))).toMatchObject({
    value: { total: 1, items: [{ id: 't1', queue: 'general', type: 'fly', reason: 'not_retryable', attempts: 0 }] },
  });
});

test('a dead letter is repaired by a patch and finishes in its next life', async () => {
  const { service, soon } = started();
  await soon(service.process_task({ id: 't1', type: 'broken' }));
  expect(await soon(service.redrive_dead_letter({ id: 't1', patch: { type: 'summ', params: 7 } }))).toMatchObject({
    failure: { code: 'invalid_patch', details: { path: '/params' } },
  });
  const patch = { type: 'sum', params: { values: [40, 2] } };
  expect(await soon(service.redrive_dead_letter({ id: 't1', patch }))).toEqual({
    ok: true,
    value: { redriven: [{ id: 't1', gen: 2 }] },
  });
  expect(await soon(service.get_task({ id: 't1', wait_ms: 5_000 }))).toMatchObject({
    value: { gen: 2, state: 'succeeded', result: { payload: { result: 42 } } },
  });
  expect(await soon(service.redrive_dead_letter({ id: 't1' }))).toMatchObject({
    failure: { code: 'unknown_dead_letter' },
  });
});

test('what is published and cannot be read ends as a readable dead letter, and a patch makes a task of it', async () => {
  const { clock, service, store, soon } = started();
  await soon(service.list_dead_letters({}));
  const body = new TextEncoder().encode('{"type":"sum","params":');
  await soon(store.broker.write('test.task.general.normal.b1', body));
  await clock.advance(1_000);
  const done = await soon(service.get_task({ id: 'b1', wait_ms: 5_000 }));
  expect(done).toMatchObject({
    value: { state: 'failed', type: 'unreadable', result: { error: { code: 'bad_message' } } },
  });
  expect(await soon(service.list_dead_letters({ reason: 'bad_message' }))).toMatchObject({
    value: { items: [{ id: 'b1', raw: '{"type":"sum","params":' }] },
  });
  await soon(service.redrive_dead_letter({ id: 'b1', patch: { type: 'sum', params: { values: [1] } } }));
  expect(await soon(service.get_task({ id: 'b1', wait_ms: 5_000 }))).toMatchObject({ value: { state: 'succeeded' } });
});

test('a running task is cancelled once, and the same wish gets the first answer', async () => {
  const { service, soon } = started();
  await soon(service.process_task({ id: 't1', type: 'sleep', wait_ms: 500 }));
  const cancel = (reason: string) => soon(service.cancel_task({ id: 't1', reason }));
  const first = await cancel('wrong arm');
  expect(first).toEqual({ ok: true, value: { id: 't1', state: 'cancelled', stopped_by: 'owner' } });
  expect(await cancel('wrong arm')).toEqual(first);
  expect(await cancel('again')).toMatchObject({ failure: { code: 'already_final', details: { state: 'cancelled' } } });
});

test('unknown ids are named', async () => {
  const { service, soon } = started();
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
  const { service, soon } = started();
  await soon(service.process_task({ id: 't1', type: 'sum', params: { values: [1] } }));
  await soon(service.process_task({ id: 't2', type: 'fly' }));
  const all = await soon(service.list_tasks({}));
  expect(all).toMatchObject({
    value: { items: [{ id: 't2' }, { id: 't1' }], counts: { succeeded: 1, failed: 1, running: 0 } },
  });
  expect(await soon(service.list_tasks({ type: 'sum' }))).toMatchObject({ value: { items: [{ id: 't1' }] } });
});

test('a triage is durable work: the endpoint waits for it, and the same id gives the same report', async () => {
  const { service, soon } = started();
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
  const { service, soon } = started();
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
  const { service, soon } = started();
  const reply = await soon(service.request('submit_task', JSON.stringify(body)));
  expect(reply.status).toBe('400');
  expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field } } });
});

test('get_system_status names who is silent', async () => {
  const { service, soon } = started();
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

test('a task that has ended is done once more, and one that runs is told something', async () => {
  const { service, soon } = started();
  await soon(service.process_task({ id: 't1', type: 'sum', params: { values: [1, 2] }, wait_ms: 5_000 }));
  expect(await soon(service.retry_task({ id: 't1' }))).toEqual({ ok: true, value: { id: 't1', gen: 2 } });
  expect(await soon(service.retry_task({ id: 't1', from_step: 'none' }))).toMatchObject({ ok: false });
  await soon(service.process_task({ id: 't2', type: 'sleep', wait_ms: 500 }));
  expect(await soon(service.retry_task({ id: 't2' }))).toMatchObject({ failure: { code: 'not_final' } });
  expect(await soon(service.signal_task({ id: 't2', name: 'go', value: true }))).toEqual({
    ok: true,
    value: { id: 't2' },
  });
  expect(await soon(service.signal_task({ id: 'nope', name: 'go' }))).toMatchObject({
    failure: { code: 'unknown_task' },
  });
});

test('a task that was tried again is shown with each attempt, where it failed, and how long it waited', async () => {
  const { service, soon } = started();
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

test('a paused queue begins nothing and says why; resumed, it does what was handed in meanwhile', async () => {
  const { clock, service, soon } = started();
  const until = new Date(clock.wallMs() + 60_000).toISOString();
  const paused = await soon(
    service.pause_queue({ queue: 'utility_organ_1', reason: 'repair', author: 'me', for_s: 60 }),
  );
  expect(paused).toEqual({ ok: true, value: { queue: 'utility_organ_1', reason: 'repair', author: 'me', until } });
  const task = { id: 't1', type: 'sum', params: { values: [1] } };
  expect(await soon(service.process_task({ ...task, wait_ms: 5_000 }))).toMatchObject({ value: { done: false } });
  const status = await soon(service.get_system_status({}));
  expect(status.ok && status.value.queues).toContainEqual(
    expect.objectContaining({
      queue: 'utility_organ_1',
      waiting: 1,
      paused: { reason: 'repair', author: 'me', until },
    }),
  );
  await soon(service.resume_queue({ queue: 'utility_organ_1' }));
  expect(await soon(service.get_task({ id: 't1', wait_ms: 5_000 }))).toMatchObject({ value: { state: 'succeeded' } });
});

test('a queue that no organ has is shown while it is paused, and no longer', async () => {
  const { service, soon } = started();
  const queues = async () => {
    const status = await soon(service.get_system_status({}));
    return status.ok ? status.value.queues.map(({ queue }) => queue) : [];
  };
  await soon(service.pause_queue({ queue: 'foreign', reason: 'not there yet' }));
  expect(await queues()).toContain('foreign');
  await soon(service.resume_queue({ queue: 'foreign' }));
  expect(await queues()).not.toContain('foreign');
});
