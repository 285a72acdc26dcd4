import { jetstreamManager } from '@nats-io/jetstream';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { bucketAsset, openStore, streamAsset } from '@seedcore/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';

const things = bucketAsset('things', 'Things.', { expiringKeys: true, epochs: true });
const notes = streamAsset('NOTES', 'Notes.', { subjects: ['notes.>'], maxAgeMs: 3_600_000 });

let server: RunningServer;
let mesh: Mesh;
beforeAll(async () => {
  server = await startBroker();
  mesh = await openMesh({ servers: server.url, ns: 'test' });
});
afterAll(async () => {
  await mesh.close();
  await server.stop();
});

test('ten processes may provision at once; afterwards there is nothing left to do', async () => {
  const stores = Array.from({ length: 10 }, () => openStore(mesh));
  await Promise.all(stores.map((store) => store.provision([things, notes])));
  const again = await openStore(mesh).provision([things, notes]);
  expect(again.map(({ asset, change }) => `${asset} ${change}`)).toEqual([
    'KV_test_leases none',
    'KV_test_things none',
    'SC_test_NOTES none',
  ]);
});

test('a wider limit is an update that says what changed', async () => {
  const wider = { ...notes, maxAgeMs: 7_200_000 };
  const [, change] = await openStore(mesh).provision([wider]);
  expect(change).toEqual({ asset: 'SC_test_NOTES', change: 'updated', detail: 'max_age' });
});

test('what would lose data is refused, with what is and what was wanted', async () => {
  const narrower = { ...notes, maxAgeMs: 60_000 };
  await expect(openStore(mesh).provision([narrower])).rejects.toMatchObject({
    code: 'destructive_change',
    message: expect.stringContaining('max_age is 7200000000000, wanted 60000000000'),
  });
  const elsewhere = { ...notes, maxAgeMs: 7_200_000, subjects: ['other.>'] };
  await expect(openStore(mesh).provision([elsewhere])).rejects.toMatchObject({ code: 'destructive_change' });
});

test('three copies on a single server are an error, not a wish', async () => {
  const store = openStore(mesh, { replicas: 3 });
  await expect(store.provision([bucketAsset('tripled', 'Three.')])).rejects.toMatchObject({ code: 'unavailable' });
});

test('the bucket is what the nats command line expects of one', async () => {
  const manager = await jetstreamManager(mesh.nats());
  const { config } = await manager.streams.info('KV_test_things');
  expect(config).toMatchObject({ allow_direct: true, allow_rollup_hdrs: true, allow_msg_ttl: true, deny_delete: true });
  expect(config.subjects).toEqual(['$KV.test_things.>']);
});
