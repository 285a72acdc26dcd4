import { ok } from '@seedcore/protocol';
import type { TaskEvent } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTasksBed, type TasksBed } from '../support/tasks-bed.ts';
import { until } from '../support/until.ts';

let bed: TasksBed;
beforeAll(async () => {
  bed = await openTasksBed({
    worker: {
      retry: { windowsMs: [10] },
      handlers: {
        double: async (params) => ok({ n: Number(params['n']) * 2 }),
        flaky: async (_params, task) => {
          if (task.attempt < 3) throw new Error(`not yet ${task.attempt}`);
          return ok('at last');
        },
        refuse: async () => ({ ok: false, failure: { code: 'no', details: { why: 'because' } } }),
        hang: (_params, task) =>
          new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
      },
    },
  });
});
afterAll(() => bed?.stop());

test('a task goes through a worker and comes back with its result', async () => {
  const seen: TaskEvent[] = [];
  const following = bed.tasks.follow('first', (event) => seen.push(event));
  const answer = await bed.tasks.run({ id: 'first', type: 'double', params: { n: 21 } }, { timeoutMs: 60_000 });
  expect(answer).toMatchObject({
    ok: true,
    value: { id: 'first', gen: 1, result: { state: 'succeeded', value: { n: 42 } } },
  });
  await until('the last event', () => (seen.at(-1)?.kind === 'done' ? true : undefined));
  expect(seen.map(({ kind }) => kind)).toEqual(['queued', 'started', 'done']);
  following.stop();
});

test('the same task again is a duplicate, another one under its id a conflict', async () => {
  await bed.tasks.run({ id: 'twice', type: 'double', params: { n: 1 } }, { timeoutMs: 60_000 });
  const again = await bed.tasks.submit({ id: 'twice', type: 'double', params: { n: 1 } });
  expect(again).toMatchObject({ ok: true, value: { duplicate: true, state: 'succeeded' } });
  const other = await bed.tasks.submit({ id: 'twice', type: 'double', params: { n: 2 } });
  expect(other).toEqual({ ok: false, failure: { code: 'conflict', details: { id: 'twice' } } });
});

test('errors are repeated after a pause, every attempt is in the record', async () => {
  await bed.tasks.run({ id: 'flaky', type: 'flaky' }, { timeoutMs: 60_000 });
  const view = await bed.tasks.get('flaky');
  expect(view).toMatchObject({ state: 'succeeded', attempt: 3, result: { value: 'at last' } });
  expect(view?.attempts.map(({ n, outcome }) => [n, outcome])).toEqual([
    [1, 'error'],
    [2, 'error'],
    [3, 'ok'],
  ]);
  const epochs = view?.attempts.map(({ epoch }) => epoch) ?? [];
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
});

test('a declared failure ends the task as a dead letter, redriven with another type it succeeds', async () => {
  await bed.tasks.run({ id: 'refused', type: 'refuse' }, { timeoutMs: 60_000 });
  const { items } = await bed.tasks.deadLetters({ limit: 100 });
  expect(items.find(({ id }) => id === 'refused')).toMatchObject({ reason: 'not_retryable', error: { code: 'no' } });
  const redriven = await bed.tasks.redrive({ id: 'refused', patch: { type: 'double', params: { n: 4 } } });
  expect(redriven).toMatchObject({ ok: true, value: { gen: 2 } });
  expect(await bed.tasks.wait('refused', { timeoutMs: 60_000, gen: 2 })).toMatchObject({
    state: 'succeeded',
    value: { n: 8 },
  });
  expect((await bed.tasks.deadLetters({ limit: 100 })).items.some(({ id }) => id === 'refused')).toBe(false);
});

test('a plain publish without a record is executed', async () => {
  bed.mesh.nats().publish('test.task.general.normal.plain', '{"type":"double","params":{"n":5}}');
  expect(await bed.tasks.wait('plain', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', value: { n: 10 } });
});

test('an unreadable publish fails as bad_message and lives again once repaired', async () => {
  bed.mesh.nats().publish('test.task.general.normal.broken', '{"type":"double","params":');
  expect(await bed.tasks.wait('broken', { timeoutMs: 60_000 })).toMatchObject({
    state: 'failed',
    error: { code: 'bad_message' },
  });
  const letter = (await bed.tasks.deadLetters({ limit: 100 })).items.find(({ id }) => id === 'broken');
  expect(letter).toMatchObject({ reason: 'bad_message', raw: '{"type":"double","params":' });
  await bed.tasks.redrive({ id: 'broken', patch: { type: 'double', params: { n: 3 } } });
  expect(await bed.tasks.wait('broken', { timeoutMs: 60_000, gen: 2 })).toMatchObject({
    state: 'succeeded',
    value: { n: 6 },
  });
});

test('a misspelt field of a plain publish is named', async () => {
  bed.mesh.nats().publish('test.task.general.normal.misspelt', '{"type":"double","parms":{"n":5}}');
  const result = await bed.tasks.wait('misspelt', { timeoutMs: 60_000 });
  expect(result?.error?.message).toContain('did you mean "params"');
});

test('a running task is cancelled by its owner', async () => {
  await bed.tasks.submit({ id: 'hanging', type: 'hang' });
  await until('it to run', async () => ((await bed.tasks.get('hanging'))?.state === 'running' ? true : undefined));
  const cancelled = await bed.tasks.cancel('hanging', { reason: 'enough' });
  expect(cancelled).toEqual({ ok: true, value: { id: 'hanging', state: 'cancelled', stopped_by: 'owner' } });
  expect(await bed.tasks.wait('hanging', { timeoutMs: 60_000 })).toMatchObject({ state: 'cancelled' });
});

test('a queued task is cancelled at once', async () => {
  await bed.tasks.submit({ id: 'idle', type: 'double' }, { queue: 'nobody' });
  const cancelled = await bed.tasks.cancel('idle', { reason: 'enough' });
  expect(cancelled).toMatchObject({ ok: true, value: { state: 'cancelled', stopped_by: 'nobody' } });
  expect(await bed.tasks.cancel('idle', { reason: 'again' })).toMatchObject({
    ok: false,
    failure: { code: 'already_final' },
  });
});

test('a task whose deadline passes while it runs expires', async () => {
  const deadline = new Date(Date.now() + 1500).toISOString();
  const answer = await bed.tasks.run({ id: 'late', type: 'hang', deadline_at: deadline }, { timeoutMs: 60_000 });
  expect(answer).toMatchObject({
    ok: true,
    value: { result: { state: 'expired', error: { code: 'deadline_exceeded' } } },
  });
});

test('a router hands a task over without an attempt', async () => {
  const router = bed.tasks.router('front', {
    decide: async ({ spec }) =>
      spec.type === 'double'
        ? { to: 'general', route: { why: 'known' } }
        : { refuse: { code: 'no_route', message: 'nobody does it' } },
  });
  const routed = await bed.tasks.run(
    { id: 'routed', type: 'double', params: { n: 1 } },
    { timeoutMs: 60_000, queue: 'front' },
  );
  expect(routed).toMatchObject({ ok: true, value: { result: { value: { n: 2 } } } });
  expect(await bed.tasks.get('routed')).toMatchObject({ queue: 'general', attempt: 1, route: { why: 'known' } });
  const refused = await bed.tasks.run({ id: 'unrouted', type: 'other' }, { timeoutMs: 60_000, queue: 'front' });
  expect(refused).toMatchObject({
    ok: true,
    value: { result: { state: 'failed', error: { code: 'no_route' }, attempts: 0 } },
  });
  await router.drain(1000);
});

test('the list shows tasks newest first, with counts', async () => {
  const page = await bed.tasks.list({ limit: 3, queue: 'general' });
  expect(page.items).toHaveLength(3);
  const times = page.items.map(({ created_at }) => created_at);
  expect(times).toEqual([...times].sort().reverse());
  expect(page.counts.succeeded).toBeGreaterThan(3);
  expect(page.complete).toBe(true);
});
