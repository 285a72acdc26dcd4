import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError, ok } from '@seedcore/protocol';
import { openStore, readBallast } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
const RUNNING = 16;
const TIMERS = 8;
const STORAGE = 48 * MIB;
/** What a stranger leaves of it at first: a few pieces. */
const ALMOST = STORAGE - 2 * MIB;
/** Pieces a stranger fills the storage with, in bytes; the first ones may take more than there is. */
const LARGEST = 500_000;
const PIECES = [LARGEST, 50_000, 2_000, 1];
/** Until the timers are due: by then the storage is full, the ballast given up, and its room taken as well. */
const FULL_AFTER_MS = 25_000;

let server: RunningServer;
const opened: Mesh[] = [];
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startBroker({ maxFileBytes: STORAGE });
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await Promise.all(opened.map((mesh) => mesh.close()));
  await server.stop();
});

async function joined(): Promise<{
  readonly mesh: Mesh;
  readonly tasks: Tasks;
  readonly store: ReturnType<typeof openStore>;
}> {
  const mesh = await openMesh({ servers: server.url, ns: 'test', onDefect: () => {} });
  const store = openStore(mesh, { report: () => {} });
  const tasks = openTasks(store, { report: () => {} });
  opened.push(mesh);
  closing.push(() => tasks.close());
  return { mesh, tasks, store };
}

/** Somebody else on the same broker, who takes whatever room there is. */
async function stranger() {
  const { mesh } = await joined();
  const manager = await jetstreamManager(mesh.nats());
  await manager.streams.add({ name: 'STRANGER', subjects: ['stranger'] });
  const publisher = jetstream(mesh.nats());
  const takes = (bytes: number) =>
    publisher.publish('stranger', new Uint8Array(bytes)).then(
      () => true,
      () => false,
    );
  const takesSome = async () => {
    for (const bytes of PIECES) if (await takes(bytes)) return true;
    return false;
  };
  return {
    /** Takes what there is but for a few pieces. */
    async almostFill() {
      while ((await manager.getAccountInfo()).storage < ALMOST) await takes(LARGEST);
    },
    /** To the last byte: always the largest piece there is room for, since others may give up theirs meanwhile. */
    async fill() {
      while (await takesSome());
    },
    leave: () => manager.streams.purge('STRANGER'),
  };
}

test('durable.A13: storage filled to the last byte: work ends, nothing new is taken, timers fire and service is back once there is room', async () => {
  const keeper = await joined();
  const system = keeper.tasks.system();
  closing.unshift(() => system.drain(1_000));
  const host = await joined();
  const full = Promise.withResolvers<void>();
  const demo = async (_params: unknown, task: { step: <T>(name: string, run: () => Promise<T>) => Promise<T> }) => {
    await full.promise;
    await task.step('fetch', async () => 'fetched');
    return ok('done');
  };
  const worker = host.tasks.worker('demo', {
    slots: RUNNING,
    handlers: { demo, quick: async () => ok('done') },
  });
  closing.unshift(() => worker.drain(1_000));
  await Promise.all([system.ready, worker.ready]);
  await until('the ballast', async () => (await readBallast(keeper.store.broker)).state === 'held' || undefined);

  const client = await joined();
  const other = await joined();
  const running = Array.from({ length: RUNNING }, (_, i) => `runs-${i}`);
  await Promise.all(running.map((id) => client.tasks.submit({ id, type: 'demo' }, { queue: 'demo' })));
  await until('all to run', () => worker.running() === RUNNING || undefined);

  // New work is refused, and what runs ends.
  const foreign = await stranger();
  await foreign.almostFill();
  await renewed(keeper.mesh);
  await foreign.fill();
  const refused = await client.tasks.submit({ type: 'quick' }, { queue: 'demo' }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'overloaded', details: { reason: 'storage_low' }, retryAfterMs: 10_000 });
  full.resolve();
  const ended = await Promise.all(running.map((id) => client.tasks.wait(id, { timeoutMs: 60_000 })));
  expect(ended.map((result) => result?.state)).toEqual(running.map(() => 'succeeded'));
  // There is room now, and it is not for new work, whoever brings it.
  for (const { tasks } of [client, other])
    await until('a refusal by what is known', () => isRefused(tasks.submit({ type: 'quick' }, { queue: 'demo' })));

  // Timers that are due while there is no room at all.
  await foreign.leave();
  for (const { tasks } of [client, other])
    await until(
      'service as before',
      async () => !(await isRefused(tasks.submit({ type: 'quick' }, { queue: 'demo' }))),
    );
  await until('the ballast again', async () => (await readBallast(keeper.store.broker)).state === 'held' || undefined);
  const at = new Date(Date.now() + FULL_AFTER_MS).toISOString();
  const later = Array.from({ length: TIMERS }, (_, i) => `later-${i}`);
  const late = Array.from({ length: TIMERS }, (_, i) => `late-${i}`);
  await Promise.all([
    ...later.map((id) => client.tasks.submit({ id, type: 'quick', run_after: at }, { queue: 'demo' })),
    ...late.map((id) => client.tasks.submit({ id, type: 'quick', deadline_at: at }, { queue: 'nobody' })),
  ]);
  await until('their time to be over', async () => {
    await foreign.fill(); // the ballast, too
    return Date.now() > Date.parse(at) + 3_000 || undefined;
  });
  const states = await Promise.all([...later, ...late].map(async (id) => (await client.tasks.get(id))?.state));
  expect(states.filter((state) => state === 'delayed' || state === 'queued').length).toBeGreaterThan(0);
  await foreign.leave();
  for (const id of later)
    expect(await client.tasks.wait(id, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', attempts: 1 });
  for (const id of late) expect(await client.tasks.wait(id, { timeoutMs: 60_000 })).toMatchObject({ state: 'expired' });

  const again = await until('a task to be taken', async () => {
    const answer = await client.tasks.submit({ type: 'quick' }, { queue: 'demo' }).catch(overloadedOnly);
    return answer?.ok ? answer.value.id : undefined;
  });
  expect(await client.tasks.wait(again, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded' });
  await until('the ballast again', async () => (await readBallast(keeper.store.broker)).state === 'held' || undefined);
});

/**
 * Resolves when the housekeeper has renewed its lease, which it does every seven seconds and nobody else writes meanwhile:
 * found full by that, the ballast would be given up before anybody is refused, and the stranger would take its room, too.
 */
async function renewed(mesh: Mesh): Promise<void> {
  let writes = 0;
  const listening = mesh.nats().subscribe('$KV.test_leases.>', { callback: () => void writes++ });
  await mesh.nats().flush();
  await until('a renewal', () => writes > 0 || undefined);
  listening.unsubscribe();
}

async function isRefused(submitted: Promise<unknown>): Promise<boolean> {
  try {
    await submitted;
    return false;
  } catch (error) {
    overloadedOnly(error);
    return true;
  }
}

/** Any other trouble is none that this may lead to. */
function overloadedOnly(error: unknown): undefined {
  if (!(error instanceof MeshError) || error.code !== 'overloaded') throw error;
}
