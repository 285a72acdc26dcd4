import { expect, test } from 'vitest';
import { startedCoordinator } from './testing/started-coordinator.ts';

test('a type nobody does fails honestly, as result and as dead letter', async () => {
  const { service, soon } = startedCoordinator();
  const reply = await soon(service.process_task({ id: 't1', type: 'fly' }));
  expect(reply).toMatchObject({
    value: { done: true, state: 'failed', result: { kind: 'error', error: { code: 'no_route', retryable: false } } },
  });
  expect(await soon(service.list_dead_letters({}))).toMatchObject({
    value: { total: 1, items: [{ id: 't1', queue: 'general', type: 'fly', reason: 'not_retryable', attempts: 0 }] },
  });
});

test('a dead letter is repaired by a patch and finishes in its next life', async () => {
  const { service, soon } = startedCoordinator();
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
  const { clock, service, store, soon } = startedCoordinator();
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

test('a task that has ended is done once more, and one that runs is told something', async () => {
  const { service, soon } = startedCoordinator();
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

test('a paused queue begins nothing and says why; resumed, it does what was handed in meanwhile', async () => {
  const { clock, service, soon } = startedCoordinator();
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
  const { service, soon } = startedCoordinator();
  const queues = async () => {
    const status = await soon(service.get_system_status({}));
    return status.ok ? status.value.queues.map(({ queue }) => queue) : [];
  };
  await soon(service.pause_queue({ queue: 'foreign', reason: 'not there yet' }));
  expect(await queues()).toContain('foreign');
  await soon(service.resume_queue({ queue: 'foreign' }));
  expect(await queues()).not.toContain('foreign');
});

test('dead letters are redriven by what they have in common', async () => {
  const { service, soon } = startedCoordinator();
  for (const id of ['t1', 't2']) await soon(service.process_task({ id, type: 'broken' }));
  const filter = { queue: 'utility_organ_1', type: 'broken' };
  const [first, second] = ['t1', 't2'].map((id) => ({ id, gen: 2 }));
  expect(await soon(service.redrive_dead_letters({ ...filter, dry_run: true }))).toEqual({
    ok: true,
    value: { redriven: [first, second], skipped: [], remaining: 2 },
  });
  expect(await soon(service.redrive_dead_letters({ ...filter, limit: 1 }))).toEqual({
    ok: true,
    value: { redriven: [first], skipped: [], remaining: 1 },
  });
});
