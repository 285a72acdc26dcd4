import { jetstreamManager } from '@nats-io/jetstream';
import { ok } from '@seedcore/protocol';
import { openStore, streamAsset } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { meshesOnBroker } from '../support/open-meshes.ts';
import { run } from '../support/program.ts';
import { until } from '../support/until.ts';

const meshes = meshesOnBroker();
const cli = (...args: readonly string[]) =>
  run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', ['--server', meshes.server().url, ...args]);

async function worked() {
  const mesh = await meshes.open();
  const tasks = openTasks(openStore(mesh));
  const began = new Map<string, number>();
  const worker = tasks.worker('general', {
    handlers: {
      demo: async (_params, { id }) => {
        began.set(id, Date.now());
        return ok('done');
      },
    },
    slots: 64,
  });
  await worker.ready;
  const end = async () => {
    await worker.drain(1_000);
    await tasks.close();
  };
  return { mesh, tasks, began, end };
}

test('durable.A4: a hundred tasks of the next seconds start, none before its time, also across a restart of the broker', async () => {
  const { tasks, began, end } = await worked();
  const from = Date.now();
  const due = new Map(Array.from({ length: 100 }, (_, i) => [`t${i}`, from + 500 + 40 * i]));
  await Promise.all(
    [...due].map(([id, at]) => tasks.submit({ id, type: 'demo', run_after: new Date(at).toISOString() })),
  );
  await meshes.server().kill();
  await meshes.server().restart();
  await until('all to have started', () => began.size === 100 || undefined);
  for (const [id, at] of due) expect(began.get(id)).toBeGreaterThanOrEqual(at);
  for (const id of due.keys())
    expect(await tasks.wait(id, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded' });
  await end();
});

test('anybody can have a task started later, with the plain command line', async () => {
  const { began, end } = await worked();
  // `--schedule-after` of nats 0.4.0 leaves out the word that says it is a time.
  const at = new Date(Date.now() + 5_000).toISOString();
  const to = ['--schedule-at', at, '--schedule-dest', 'seedcore-dev.task.general.normal.by-hand'];
  const done = await cli('pub', '-J', 'seedcore-dev.sched.by-hand', '{"type":"demo"}', ...to);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  await until('it to have started', () => began.has('by-hand') || undefined);
  // It sends whole seconds.
  expect(began.get('by-hand')).toBeGreaterThanOrEqual(Date.parse(at) - 1_000);
  await end();
});

test('a stream of tasks made by an older version learns to hold timers, and keeps what is in it', async () => {
  const mesh = await meshes.open();
  const manager = await jetstreamManager(mesh.nats());
  await manager.streams.delete('SC_seedcore-dev_TASKS').catch(() => undefined);
  const older = streamAsset('TASKS', 'As it was.', {
    subjects: ['task.>'],
    maxAgeMs: 8 * 86_400_000,
    duplicateWindowMs: 600_000,
  });
  await openStore(mesh).provision([older]);
  await mesh.nats().request('seedcore-dev.task.general.normal.kept', '{"type":"demo"}', { timeout: 30_000 });
  const { tasks, end } = await worked();
  expect(await tasks.wait('kept', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded' });
  const later = new Date(Date.now() + 300).toISOString();
  expect(await tasks.run({ type: 'demo', run_after: later }, { timeoutMs: 60_000 })).toMatchObject({
    value: { result: { state: 'succeeded' } },
  });
  await end();
});
