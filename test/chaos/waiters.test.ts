import { setTimeout as pause } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { type RunningCluster, startCluster } from '@seedcore/nats-dev';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, FULL, figures, quantile, scaled, TEST_MS } from './world/scale.ts';

const CLAIM = 'durable.A9';
/** Of each third the results are stored before, while and after it is waited for. */
const THIRD = scaled(40, 334);
const RESULTS = 'SC_test_RESULTS';

let cluster: RunningCluster;
const meshes: BusMesh[] = [];
beforeAll(async () => {
  cluster = await startCluster(3);
});
afterAll(async () => {
  await Promise.all(meshes.map((mesh) => mesh.close()));
  await cluster?.stop();
});

/** A client of its own, connected to one member. */
async function client(member: number): Promise<{ mesh: BusMesh; tasks: Tasks }> {
  const servers = [...cluster.urls.slice(member), ...cluster.urls.slice(0, member)];
  const mesh = await openMesh({ servers, ns: 'test', replicas: 3, onDefect: () => undefined });
  meshes.push(mesh);
  return { mesh, tasks: openTasks(openStore(mesh, { replicas: 3 })) };
}

async function consumers(mesh: BusMesh): Promise<number> {
  const { streams } = await jetstreamManager(mesh.nats(), { timeout: 15_000 });
  const infos = await Promise.all([RESULTS, 'SC_test_TASKS'].map((name) => streams.info(name)));
  return infos.reduce((sum, info) => sum + info.state.consumer_count, 0);
}

const ids = (name: string) => Array.from({ length: THIRD }, (_, i) => `${name}${i}`);

test(
  `${CLAIM}: waiters on three nodes are woken by results stored before, while and after they begin to wait, also when the leader changes`,
  async () => {
    chanceOf(CLAIM);
    const [waiting, working, watching] = [await client(0), await client(1), await client(2)];
    await until('the streams', () => working.tasks.provision());
    const worker = working.tasks.worker('general', { slots: 32, handlers: { demo: async () => ok(1) } });
    await worker.ready;
    await until('the streams to be seen', () => waiting.tasks.provision());
    const asked = { count: 0 };
    watching.mesh.nats().subscribe(`$JS.API.STREAM.MSG.GET.${RESULTS}`, { callback: () => void asked.count++ });
    const storedAt = new Map<string, number>();
    watching.mesh.nats().subscribe('test.evt.result.*', {
      callback: (_error, { subject }) => void storedAt.set(subject.split('.').at(-1) ?? '', performance.now()),
    });
    await watching.mesh.nats().flush();
    const submit = (name: string) => Promise.all(ids(name).map((id) => working.tasks.submit({ id, type: 'demo' })));
    await submit('before');
    await Promise.all(ids('before').map((id) => working.tasks.wait(id, { timeoutMs: TEST_MS })));
    const [looks, made] = [asked.count, await consumers(working.mesh)];
    const woken: number[] = [];
    const wait = async (id: string) => {
      const result = await waiting.tasks.wait(id, { timeoutMs: TEST_MS });
      expect(result).toMatchObject({ id, state: 'succeeded' });
      if (!id.startsWith('before')) woken.push(performance.now() - (storedAt.get(id) ?? Number.NaN));
    };
    const during = submit('during');
    const waits = [...ids('before'), ...ids('during'), ...ids('after')].map(wait);
    await until('all to have looked', () => asked.count >= looks + 3 * THIRD || undefined);
    await during;
    await changeLeader(working.mesh);
    await submit('after');
    await Promise.all(waits);
    const perWaiter = (asked.count - looks) / (3 * THIRD);
    expect(perWaiter).toBeLessThanOrEqual(3);
    expect(await consumers(working.mesh)).toBe(made);
    const late = woken.filter((ms) => Number.isFinite(ms));
    figures(CLAIM, {
      waiters: 3 * THIRD,
      looks_per_waiter: perWaiter,
      woken_after_ms_max: Math.max(...late),
      woken_after_ms_p50: quantile(late, 0.5),
    });
    if (FULL) expect(Math.max(...late)).toBeLessThanOrEqual(100);
    await worker.drain(1_000);
    await working.tasks.close();
  },
  TEST_MS,
);

/** Has another member lead the results. */
async function changeLeader(mesh: BusMesh): Promise<void> {
  const leader = async () => {
    const { streams } = await jetstreamManager(mesh.nats(), { timeout: 15_000 });
    return (await streams.info(RESULTS)).cluster?.leader;
  };
  const before = await leader();
  await until('another leader', async () => {
    const now = await leader();
    if (now !== before) return now !== undefined || undefined;
    await mesh.nats().request(`$JS.API.STREAM.LEADER.STEPDOWN.${RESULTS}`, '', { timeout: 15_000 });
    await pause(1_000); // the same one may be chosen again
    return undefined;
  });
}
