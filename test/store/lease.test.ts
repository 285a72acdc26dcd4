import { fileURLToPath } from 'node:url';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { type Lease, openStore, type Store } from '@seedcore/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const main = fileURLToPath(new URL('./main-holder.ts', import.meta.url));

let server: RunningServer;
let mesh: Mesh;
let store: Store;
const holders: Program[] = [];
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
  store = openStore(mesh);
  await store.provision([]);
});
afterAll(async () => {
  await Promise.all(holders.map((holder) => holder.stop('SIGKILL')));
  await store.close();
  await mesh.close();
  await server.stop();
});

test('a stopped holder loses its lease to a waiting candidate and knows it when it goes on', async () => {
  const holder = new Program(process.execPath, [main], { env: { NATS_URL: server.url } });
  holders.push(holder);
  const [, epoch] = await holder.printed(/held (\d+)/);
  expect(await store.lease('singleton')).toBeUndefined();
  let taken: Lease | undefined;
  const candidacy = store.elect('singleton', async (lease) => {
    taken = lease;
    await new Promise((resolve) => lease.signal.addEventListener('abort', resolve));
  });
  holder.child.kill('SIGSTOP');
  const lease = await until('the takeover', () => taken);
  const takenAt = Date.now();
  expect(lease.epoch).toBeGreaterThan(Number(epoch));
  holder.child.kill('SIGCONT');
  const [, lostAt] = await holder.printed(/lost at (\d+)/);
  expect(Number(lostAt)).toBeGreaterThanOrEqual(takenAt);
  expect(lease.signal.aborted).toBe(false);
  await candidacy.stop();
  await holder.stop('SIGKILL');
});

test('a released lease is free at once, under a larger epoch', async () => {
  const first = await store.lease('brief');
  expect(await store.lease('brief')).toBeUndefined();
  await first?.release();
  expect(() => first?.check()).toThrow(/released/);
  const second = await store.lease('brief');
  expect(second?.epoch).toBeGreaterThan(first?.epoch ?? 0);
  await second?.release();
});

test('a lease outlives several times its time to live, and a restart of the broker', async () => {
  // A broker that is away for longer than the lease lives would rightly end it.
  const over = await store.lease('over', { ttlMs: 20_000 });
  await server.kill();
  await server.restart();
  const long = await until('the broker', () => store.lease('long', { ttlMs: 6_000 }));
  const end = Date.now() + 21_000;
  await until('three lives', () => Date.now() > end || undefined);
  expect([over?.signal.aborted, long.signal.aborted]).toEqual([false, false]);
  expect([await store.lease('over'), await store.lease('long')]).toEqual([undefined, undefined]);
  await Promise.all([over?.release(), long.release()]);
});

test('epochs begin at the time the bucket was made, so a bucket made anew never goes back', async () => {
  const lease = await store.lease('epoch');
  expect(lease?.epoch).toBeGreaterThan(Date.now() - 600_000);
  await lease?.release();
});
