import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { openTasksBed, type TasksBed } from '../support/tasks-bed.ts';
import { until } from '../support/until.ts';
import { Receiver } from './receiver.ts';

const main = fileURLToPath(new URL('./main-worker.ts', import.meta.url));
const workers: Program[] = [];
let bed: TasksBed;
beforeAll(async () => {
  bed = await openTasksBed();
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
  await bed?.stop();
});

async function startWorker(): Promise<Program> {
  const worker = new Program(process.execPath, [main], { env: { NATS_URL: bed.server.url } });
  workers.push(worker);
  await worker.printed(/ready/);
  return worker;
}

/** Sequence of the newest write of any record, memo or intent. */
async function newestWrite(): Promise<number> {
  const manager = await jetstreamManager(bed.mesh.nats());
  return (await manager.streams.info('KV_test_tasks')).state.last_seq;
}

test('durable.G3 durable.A5 a worker that stood still past its lease writes nothing more, and the history says so', async () => {
  const receiver = new Receiver();
  const zombie = await startWorker();
  await bed.tasks.submit({ id: 'a', type: 'demo' }, { queue: 'demo' });
  await until('it to run', async () => ((await bed.tasks.get('a'))?.state === 'running' ? true : undefined));
  zombie.child.kill('SIGSTOP');
  receiver.listen(bed.mesh.nats()); // its effects wait for an answer that comes while it stands still
  await startWorker();
  expect(await bed.tasks.wait('a', { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 2 });
  const before = await bed.tasks.get('a');
  const newest = await newestWrite();
  zombie.child.kill('SIGCONT');
  // Two processes write the history, each when it comes to it.
  const history = await until('the zombie to be told, and the end', async () => {
    const events = await bed.tasks.history('a');
    const told = events.some(({ event }) => event === 'late_after_fence');
    return told && events.some(({ end }) => end !== undefined) ? events : undefined;
  });
  const late = history.find(({ event }) => event === 'late_after_fence');
  expect(late).toMatchObject({ attempt: 1, epoch: before?.attempts[0]?.epoch, owner: before?.attempts[0]?.owner });
  expect(await newestWrite()).toBe(newest);
  expect(await bed.tasks.get('a')).toEqual(before);
  expect(receiver.answers.size).toBe(2);
  const events = history.map(({ event }) => event);
  expect(events.filter((event) => event !== 'step')).toEqual([
    ...['submitted', 'claimed', 'taken_over', 'succeeded', 'late_after_fence'],
  ]);
});

test('durable.G3 a running attempt is replaced: the worker is told at once, the next attempt follows', async () => {
  const worker = bed.tasks.worker('supervised', {
    handlers: {
      demo: (_params, task) =>
        task.attempt > 1
          ? Promise.resolve({ ok: true, value: task.correction })
          : new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason))),
    },
  });
  await worker.ready;
  await bed.tasks.submit({ id: 'b', type: 'demo' }, { queue: 'supervised' });
  const epoch = await until('it to run', async () => {
    const view = await bed.tasks.get('b');
    return view?.state === 'running' ? view.attempts[0]?.epoch : undefined;
  });
  const correction = { kind: 'idle' };
  const replaced = await bed.tasks.replace('b', { epoch, reason: 'no news', correction, retry: { windowsMs: [10] } });
  expect(replaced).toMatchObject({ ok: true, value: { state: 'retrying' } });
  expect(await bed.tasks.wait('b', { timeoutMs: 60_000 })).toMatchObject({ value: correction, attempts: 2 });
  expect(await bed.tasks.replace('b', { epoch, reason: 'again' })).toMatchObject({
    failure: { code: 'already_final' },
  });
  await worker.drain(1000);
});
