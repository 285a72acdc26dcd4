import { openMesh } from '@seedcore/mesh/testing';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { expect, test } from 'vitest';
import { MemoryWorld } from '../checkers/memory-world.ts';
import { takingAssets } from './world/kept-assets.ts';
import { chanceOf, figures, TEST_MS } from './world/scale.ts';
import { NS } from './world/task-world.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A3, durable.G2';
const CLIENTS = 50;
const SUBMITS = 20;
const ELEVEN_MINUTES_MS = 660_000;
const bed = worldOnBroker();
const order = { type: 'three', idempotency_key: 'order-17', params: { ms: 10 } };

test(
  `${CLAIM}: clients on connections of their own submit one key many times at once: one task, one id, one effect of each step`,
  async () => {
    chanceOf(CLAIM);
    const world = bed.world();
    const worker = await world.crew.worker();
    const meshes = await Promise.all(
      Array.from({ length: CLIENTS }, () => openMesh({ servers: bed.server().url, ns: NS, onDefect: () => undefined })),
    );
    const clients = meshes.map((mesh) => openTasks(takingAssets(openStore(mesh))));
    const answers = await Promise.all(
      clients.flatMap((client) => Array.from({ length: SUBMITS }, () => client.submit(order, { queue: 'demo' }))),
    );
    const taken = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    expect(taken).toHaveLength(CLIENTS * SUBMITS);
    expect(taken.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const [id = ''] = new Set(taken.map((one) => one.id));
    expect(new Set(taken.map((one) => one.id)).size).toBe(1);
    expect(await world.tasks.wait(id, { timeoutMs: 60_000 })).toMatchObject({ state: 'succeeded', gen: 1 });
    const again = await world.tasks.submit(order, { queue: 'demo' });
    expect(again).toMatchObject({ ok: true, value: { id, duplicate: true, state: 'succeeded' } });
    const other = await world.tasks.submit({ ...order, params: { ms: 11 } }, { queue: 'demo' });
    expect(other).toEqual({ ok: false, failure: { code: 'conflict', details: { id } } });
    // Whoever gets no answer within a second asks again; the receiver tells that from another effect by its key.
    const effects = world.receiver.journal.filter(({ did }) => did !== 'known');
    expect(effects.map(({ task, step, did }) => [task, step, did])).toEqual(
      ['fetch', 'score', 'send'].map((step) => [id, step, 'done']),
    );
    const { writes } = await world.check();
    expect(writes.filter(({ record }) => record?.state === 'queued')).toHaveLength(1);
    await world.crew.kill(worker);
    await Promise.all(meshes.map((mesh) => mesh.close()));
    figures(CLAIM, { clients: CLIENTS, submits: taken.length, tasks: 1 });
  },
  TEST_MS,
);

test('durable.A3: eleven minutes later, when the broker has forgotten the message, it is still the same task', async () => {
  const world = await MemoryWorld.open();
  const { tasks } = world.client;
  const { all } = world;
  const first = await all.passing(tasks.submit(order));
  await all.clock.advance(ELEVEN_MINUTES_MS);
  const later = await all.passing(tasks.submit(order));
  expect(later).toMatchObject({ ok: true, value: { duplicate: true } });
  const messages = [...(all.server.stream('SC_test_TASKS')?.matching('test.task.>') ?? [])];
  expect(messages.length).toBeGreaterThan(0);
  let ran = 0;
  await world.worker('host', {
    three: async () => {
      ran += 1;
      return { ok: true, value: ran };
    },
  });
  await world.passing(60_000);
  const ended = await all.passing(tasks.submit(order));
  const ids = [first, later, ended].map((answer) => (answer.ok ? answer.value.id : undefined));
  expect([new Set(ids).size, ran]).toEqual([1, 1]);
  expect(await all.passing(tasks.submit({ ...order, params: {} }))).toMatchObject({ failure: { code: 'conflict' } });
});
