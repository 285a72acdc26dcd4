import { ok } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTasksBed, type TasksBed } from '../support/tasks-bed.ts';
import { until } from '../support/until.ts';

let bed: TasksBed;
beforeAll(async () => {
  bed = await openTasksBed({
    instance: 'host',
    worker: {
      slots: 16,
      retry: { windowsMs: [10] },
      handlers: {
        demo: async (_params, task) => {
          await task.step('fetch', async () => 1);
          if (task.attempt === 1) throw new Error('not yet');
          return ok('at last');
        },
        steps: async (_params, task) => {
          for (let i = 0; i < 240; i++) await task.step(`s${i}`, async () => i);
          return ok(1);
        },
        refuse: async () => ({ ok: false, failure: { code: 'no', details: {} } }),
      },
    },
  });
});
afterAll(() => bed?.stop());

/** The history of a task, once its end is there. */
const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const events = await bed.tasks.history(id);
    return events.some(({ end }) => end !== undefined) ? events : undefined;
  });

test('many tasks at once: each has its whole history, in order, with one end', async () => {
  const ids = Array.from({ length: 150 }, (_, i) => `t${i}`);
  await Promise.all(ids.map((id) => bed.tasks.run({ id, type: 'demo' }, { timeoutMs: 60_000 })));
  for (const id of ids)
    expect((await ended(id)).map(({ event, step }) => step ?? event)).toEqual([
      ...['submitted', 'claimed', 'fetch', 'retrying', 'claimed', 'succeeded'],
    ]);
});

test('only the newest 200 events of a task are kept', async () => {
  await bed.tasks.run({ id: 'long', type: 'steps' }, { timeoutMs: 60_000 });
  const events = await ended('long');
  expect(events).toHaveLength(200);
  expect(events.at(-1)).toMatchObject({ event: 'succeeded', end: { type: 'steps', attempts: 1, owners: ['host'] } });
});

test('durable.A8 a dead letter tells what happened', async () => {
  await bed.tasks.run({ id: 'refused', type: 'refuse' }, { timeoutMs: 60_000 });
  const [letter] = (await bed.tasks.deadLetters({ limit: 1 })).items;
  expect(letter?.history.map(({ event }) => event)).toEqual(['submitted', 'claimed', 'failed']);
});

test('a worker that drains leaves its history and acknowledgements behind', async () => {
  const other = bed.tasks.worker('short', { handlers: { demo: async () => ok(1) } });
  await other.ready;
  await bed.tasks.run({ id: 'last', type: 'demo' }, { timeoutMs: 60_000, queue: 'short' });
  await other.drain(1000);
  expect((await bed.tasks.history('last')).map(({ event }) => event)).toEqual(['submitted', 'claimed', 'succeeded']);
});
