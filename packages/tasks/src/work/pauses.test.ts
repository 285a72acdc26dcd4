import { ok } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { benchWith, TaskBench } from '../testing/index.ts';

const quick = { demo: async () => ok('done') };

test('a paused queue begins nothing and takes everything; resumed, it begins within a second', async () => {
  const { all, tasks } = await benchWith(quick);
  await all.passing(tasks.pause('general', { reason: 'maintenance', author: 'ada' }));
  await all.clock.advance(1_000);
  expect(await all.passing(tasks.submit({ id: 'a', type: 'demo' }))).toMatchObject({ ok: true });
  await all.clock.advance(60_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'queued' });
  expect(await all.passing(tasks.paused())).toEqual([{ queue: 'general', reason: 'maintenance', author: 'ada' }]);
  await all.passing(tasks.resume('general'));
  await all.clock.advance(1_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'succeeded' });
  expect(await all.passing(tasks.paused())).toEqual([]);
});

test('what runs goes on, and other queues begin what they have', async () => {
  let end: (value: ReturnType<typeof ok<string>>) => void = () => undefined;
  const { all, host, tasks } = await benchWith({
    demo: () =>
      new Promise((resolve) => {
        end = resolve;
      }),
  });
  await all.passing(host.tasks.worker('other', { handlers: quick }).ready);
  await all.passing(tasks.submit({ id: 'runs', type: 'demo' }));
  await all.clock.advance(100);
  await all.passing(tasks.pause('general', { reason: 'maintenance' }));
  const other = await all.passing(tasks.run({ type: 'demo' }, { queue: 'other', timeoutMs: 5_000 }));
  expect(other).toMatchObject({ value: { result: { state: 'succeeded' } } });
  end(ok('done'));
  expect(await all.passing(tasks.wait('runs', { timeoutMs: 5_000 }))).toMatchObject({ state: 'succeeded' });
});

test('durable.A14: a pause outlives every process', async () => {
  const { all, client, host } = await benchWith(quick);
  await all.passing(client.tasks.pause('general', { reason: 'maintenance' }));
  host.store.broker.die();
  client.store.broker.die();
  const later = all.process('later');
  const worker = later.tasks.worker('general', { handlers: quick });
  await all.passing(later.tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(60_000);
  expect(await later.tasks.get('a')).toMatchObject({ state: 'queued', attempt: 0 });
  await all.passing(later.tasks.resume('general'));
  expect(await all.passing(later.tasks.wait('a', { timeoutMs: 5_000 }))).toMatchObject({ state: 'succeeded' });
  await all.passing(worker.ready);
});

test('a worker of a paused queue is ready, and begins when it is resumed', async () => {
  const { all, tasks } = await benchWith({});
  await all.passing(tasks.pause('other', { reason: 'a test' }));
  const worker = all.process('late').tasks.worker('other', { handlers: { demo: async () => ok('done') } });
  await all.passing(worker.ready);
  const running = tasks.run({ type: 'demo' }, { queue: 'other', timeoutMs: 60_000 });
  await all.clock.advance(10_000);
  await all.passing(tasks.resume('other'));
  expect(await all.passing(running)).toMatchObject({ value: { result: { state: 'succeeded' } } });
});

test('a pause with an end ends by itself', async () => {
  const { all, tasks } = await benchWith(quick);
  const until = new Date(all.clock.wallMs() + 2 * 86_400_000);
  await all.passing(tasks.pause('general', { reason: 'the weekend', until }));
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(2 * 86_400_000 - 10_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'queued' });
  await all.clock.advance(11_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'succeeded' });
});

test('anybody may write it by hand', async () => {
  const { all, client, tasks } = await benchWith(quick);
  await client.store.broker.write('$KV.test_tasks.q.general', new TextEncoder().encode('{}'));
  await all.clock.advance(1_000);
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(10_000);
  expect(await tasks.get('a')).toMatchObject({ state: 'queued' });
  expect(await all.passing(tasks.paused())).toEqual([{ queue: 'general', reason: 'no reason given' }]);
});

test('a pause that is over before it begins is refused', async () => {
  const all = new TaskBench();
  const { tasks } = all.process('client');
  const until = new Date(all.clock.wallMs() - 1);
  await expect(tasks.pause('general', { reason: 'late', until })).rejects.toMatchObject({
    details: { field: '/until' },
  });
  await expect(tasks.pause('a.*', { reason: 'all' })).rejects.toMatchObject({ code: 'bad_request' });
});
