import { expect, test } from 'vitest';
import { TaskShelf } from '../record/task-shelf.ts';
import { TaskBench } from '../testing/index.ts';
import { bench, spec } from './recurring-bench.ts';
import type { ScheduleOptions } from './schedule-options.ts';
import { MAX_SCHEDULE_NAME } from './schedule-record.ts';

test('there are a thousand at most', async () => {
  const { all, client, schedule } = await bench();
  const one = await schedule('s0', { cron: '0 0 1 1 *', spec });
  const { schedules } = new TaskShelf(client.store, () => undefined);
  const record = { ...one, n: 0, look_at: one.next_at };
  for (let i = 1; i < 1000; i++) await schedules.createOnce(`c.s${i}`, { ...record, name: `s${i}` });
  await expect(all.passing(client.tasks.schedule('s1000', { everyMs: 1000, spec }))).rejects.toMatchObject({
    code: 'bad_request',
    details: { field: '/name' },
  });
  expect(await schedule('s999', { everyMs: 1000, spec })).toMatchObject({ name: 's999' });
});

const bad: readonly (readonly [string, Record<string, unknown>])[] = [
  ['/cron', {}],
  ['/cron', { cron: '60 * * * *' }],
  ['/cron', { cron: '0 0 30 2 *' }],
  ['/cron', { cron: '* * * * * *' }],
  ['/cron', { cron: 5 }],
  ['/tz', { cron: '* * * * *', tz: 'Mars/Base' }],
  ['/tz', { everyMs: 1000, tz: 'UTC' }],
  ['/everyMs', { everyMs: 999 }],
  ['/everyMs', { everyMs: 91 * 86_400_000 }],
  ['/everyMs', { everyMs: 1000, cron: '* * * * *' }],
  ['/every', { every: 1000 }],
  ['/overlap', { everyMs: 1000, overlap: 'never' }],
  ['/catchUp', { everyMs: 1000, catchUp: 'some' }],
  ['/catchUp', { everyMs: 1000, catchUp: 'all', overlap: 'cancel_previous' }],
  ['/queue', { everyMs: 1000, queue: 'No Queue' }],
  ['/timeoutMs', { everyMs: 1000, timeoutMs: 1 }],
  ['/spec', { everyMs: 1000, spec: undefined }],
  ['/spec/type', { everyMs: 1000, spec: {} }],
  ['/spec/id', { everyMs: 1000, spec: { type: 'demo', id: 'mine' } }],
  ['/spec/deadline_at', { everyMs: 1000, spec: { type: 'demo', deadline_at: '2026-11-23T00:00:00Z' } }],
  ['/spec', { everyMs: 1000, spec: { type: 'demo', params: { text: 'x'.repeat(70_000) } } }],
];

test.each(bad)('%s is named when %j is refused', async (field, given) => {
  const { tasks } = new TaskBench().process('client');
  const asked = { spec, ...given } as ScheduleOptions; // bad on purpose
  await expect(tasks.schedule('bad', asked)).rejects.toMatchObject({ code: 'bad_request', details: { field } });
});

test.each(['', 'a.b', 'a b', 'x'.repeat(MAX_SCHEDULE_NAME + 1), '*'])('%j cannot name recurring work', async (name) => {
  const { tasks } = new TaskBench().process('client');
  const refused = { code: 'bad_request', details: { field: '/name' } };
  await expect(tasks.schedule(name, { everyMs: 1000, spec })).rejects.toMatchObject(refused);
  await expect(tasks.unschedule(name)).rejects.toMatchObject(refused);
});

test('the longest name still names runs', async () => {
  const { all, ran, schedule } = await bench();
  const name = 'n'.repeat(MAX_SCHEDULE_NAME);
  await schedule(name, { everyMs: 1000, spec });
  await all.clock.advance(2_500);
  expect(ran[0]).toHaveLength(64);
});
