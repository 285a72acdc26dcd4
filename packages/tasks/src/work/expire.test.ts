import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

const inMs = (all: TaskBench, ms: number) => new Date(all.clock.wallMs() + ms).toISOString();

/** A bench with one process that works the queue `sys`, and a client. */
async function bench() {
  const all = new TaskBench();
  const coordinator = all.process('coordinator');
  const system = coordinator.tasks.system();
  await all.passing(system.ready);
  const client = all.process('client');
  return { all, coordinator, system, client, tasks: client.tasks };
}

test('durable.A11: with no worker at all, a task whose deadline passes has its result within two seconds', async () => {
  const { all, tasks } = await bench();
  await all.passing(tasks.submit({ id: 'late', type: 'demo', deadline_at: inMs(all, 5_000) }));
  const waiting = tasks.wait('late', { timeoutMs: 60_000 });
  await all.clock.advance(4_999);
  expect(await tasks.get('late')).toMatchObject({ state: 'queued' });
  const from = all.clock.now();
  const result = await all.passing(waiting);
  expect(result).toMatchObject({ state: 'expired', error: { code: 'deadline_exceeded' }, attempts: 0 });
  expect(all.clock.now() - from).toBeLessThanOrEqual(2_000);
});

test('one that waits for its time expires too', async () => {
  const { all, tasks } = await bench();
  const times = { run_after: inMs(all, 60_000), deadline_at: inMs(all, 61_000) };
  await all.passing(tasks.submit({ id: 'late', type: 'demo', ...times }));
  await all.clock.advance(62_000);
  expect(await tasks.get('late')).toMatchObject({ state: 'expired' });
});

test.each<[string, Handler, object]>([
  [
    'an owner that hears it ends the task himself',
    (_params, task) =>
      new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
    { stopped_by: 'owner' },
  ],
  ['from one that has lost the broker it is taken', () => new Promise(() => undefined), { stopped_by: 'force' }],
])('%s', async (name, handler, end) => {
  const { all, tasks } = await bench();
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers: { demo: handler } });
  await all.passing(worker.ready);
  await all.passing(tasks.submit({ id: 'late', type: 'demo', deadline_at: inMs(all, 5_000) }));
  await all.clock.advance(1_000);
  if (name.startsWith('from one')) host.store.broker.disconnect();
  await all.clock.advance(12_000);
  expect(await tasks.get('late')).toMatchObject({ state: 'expired' });
  const stored = all.server.stream('KV_test_tasks')?.last('$KV.test_tasks.t.late');
  expect(JSON.parse(new TextDecoder().decode(stored?.body))).toMatchObject(end);
});

test('what has ended before its deadline is left alone, and tells nobody twice', async () => {
  const { all, tasks } = await bench();
  const host = all.process('host');
  await all.passing(host.tasks.worker('general', { handlers: { demo: async () => ok(1) } }).ready);
  const told: string[] = [];
  tasks.follow('done', ({ kind }) => told.push(kind));
  await all.passing(tasks.run({ id: 'done', type: 'demo', deadline_at: inMs(all, 60_000) }, { timeoutMs: 30_000 }));
  await all.clock.advance(120_000);
  expect(await tasks.get('done')).toMatchObject({ state: 'succeeded' });
  expect(told).toEqual(['queued', 'started', 'done']);
});

test('nobody ends a task without a deadline by saying that it has passed', async () => {
  const { all, client, tasks } = await bench();
  await all.passing(tasks.submit({ id: 'free', type: 'demo' }));
  client.store.broker.publish('test.task.sys.normal.free.deadline', new TextEncoder().encode('{}'));
  await all.clock.advance(5_000);
  expect(await tasks.get('free')).toMatchObject({ state: 'queued' });
});

test('the process that ends it dies before it has told anybody: the next one does', async () => {
  const { all, coordinator, tasks } = await bench();
  await all.passing(tasks.submit({ id: 'late', type: 'demo', deadline_at: inMs(all, 5_000) }));
  coordinator.store.broker.fates = (_what, subject) => (subject.includes('.result.') ? 'die' : 'pass');
  await all.clock.advance(8_000);
  expect(coordinator.store.broker.dead).toBe(true);
  const other = all.process('other');
  await all.passing(other.tasks.system().ready);
  expect(await all.passing(tasks.wait('late', { timeoutMs: 60_000 }))).toMatchObject({ state: 'expired' });
});

test('a message that nobody understands is reported and not made again', async () => {
  const { all, coordinator, client } = await bench();
  client.store.broker.publish('test.task.sys.normal.any.dance', new TextEncoder().encode('{}'));
  await all.clock.advance(60_000);
  expect(coordinator.reported.map(({ error }) => String(error))).toEqual(['Error: nobody knows what "dance" means']);
});
