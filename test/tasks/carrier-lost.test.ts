import { jetstreamManager } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { until } from '../support/until.ts';

const meshes = meshesOnBroker();
const STREAM = 'SC_seedcore-dev_TASKS';

/** One process that keeps house, looking every second, and one that submits. */
async function kept() {
  const mesh = await meshes.open();
  const keeper = openTasks(openStore(mesh));
  const system = keeper.system({ timersMs: 1_000, tasksMs: 1_000 });
  await system.ready;
  const tasks = openTasks(openStore(await meshes.open()));
  const manager = await jetstreamManager(mesh.nats());
  /** Takes the message of a task out of its queue. */
  const lose = async (queue: string, id: string) =>
    (await manager.streams.purge(STREAM, { filter: `seedcore-dev.task.${queue}.normal.${id}` })).purged;
  const waiting = async (queue: string, id: string) => {
    const filter = `seedcore-dev.task.${queue}.normal.${id}`;
    const { state } = await manager.streams.info(STREAM, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {}).length;
  };
  const end = async () => {
    await system.drain(1_000);
    await keeper.close();
    await tasks.close();
  };
  return { tasks, lose, waiting, end };
}

async function workedBy(queue: string) {
  const tasks: Tasks = openTasks(openStore(await meshes.open()));
  const began: string[] = [];
  const worker = tasks.worker(queue, {
    handlers: {
      demo: async (_params, { id }) => {
        began.push(id);
        return ok('done');
      },
    },
  });
  await worker.ready;
  const end = async () => {
    await worker.drain(1_000);
    await tasks.close();
  };
  return { began, end };
}

test('tasks.T9: submitted by a process that died before it sent the message, a task is done all the same', async () => {
  const { tasks, end } = await kept();
  const worker = await workedBy('crashed');
  const dying = openStore(await meshes.open());
  const write = dying.broker.write.bind(dying.broker);
  dying.broker.write = (subject, ...rest) =>
    subject.includes('.task.') ? new Promise(() => undefined) : write(subject, ...rest);
  void openTasks(dying).submit({ id: 'half', type: 'demo' }, { queue: 'crashed' });
  await until('its record', async () => (await tasks.get('half')) || undefined);
  expect(await tasks.wait('half', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(worker.began).toEqual(['half']);
  await worker.end();
  await end();
});

test('tasks.T9: a task whose message somebody took away is sent again, and done once', async () => {
  const { tasks, lose, waiting, end } = await kept();
  await tasks.submit({ id: 'gone', type: 'demo' }, { queue: 'late' });
  expect(await lose('late', 'gone')).toBe(1);
  await until('another message', async () => (await waiting('late', 'gone')) > 0 || undefined);
  const worker = await workedBy('late');
  expect(await tasks.wait('gone', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(worker.began).toEqual(['gone']);
  await worker.end();
  await end();
});

test('tasks.T9: one whose messages are taken away again and again ends as a dead letter, which a redrive brings back', async () => {
  const { tasks, lose, end } = await kept();
  await tasks.submit({ id: 'cursed', type: 'demo', params: { n: 1 } }, { queue: 'cursed' });
  const result = await until('its end', async () => {
    await lose('cursed', 'cursed');
    return (await tasks.get('cursed'))?.result;
  });
  expect(result).toMatchObject({ state: 'failed', error: { code: 'carrier_lost' }, attempts: 0 });
  expect(await tasks.wait('cursed', { timeoutMs: 60_000 })).toEqual(result);
  const { items } = await tasks.deadLetters({ queue: 'cursed', limit: 10 });
  expect(items).toMatchObject([{ id: 'cursed', reason: 'carrier_lost', spec: { params: { n: 1 } } }]);
  const worker = await workedBy('cursed');
  await tasks.redrive({ id: 'cursed' });
  expect(await tasks.wait('cursed', { timeoutMs: 60_000, gen: 2 })).toMatchObject({ state: 'succeeded' });
  await worker.end();
  await end();
});
