import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { leasesAsset, openStore } from '@seedcore/store';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';
import { settlesWithin } from './settles-within.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

test('the library reads nothing more after a callback threw', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => {});
  const connection = await connect({ servers: server.url });
  connection.subscribe('trap.throw', {
    callback: () => {
      throw new Error('thrown by a callback');
    },
  });
  await connection.flush();
  connection.publish('trap.throw');
  expect(await settlesWithin(connection.flush(), 500)).toBe(false);
  await connection.close();
  printed.mockRestore();
});

test('the mesh reports what a callback throws and reads on', async () => {
  const defects: unknown[] = [];
  const mesh = await openMesh({ servers: server.url, onDefect: (_where, error) => defects.push(error) });
  const seen: string[] = [];
  mesh.transport.subscribe('trap.throw', () => {
    throw new Error('thrown by a callback');
  });
  mesh.transport.subscribe('trap.after', ({ subject }) => seen.push(subject));
  mesh.transport.publish('trap.throw', new Uint8Array(0));
  mesh.transport.publish('trap.after', new Uint8Array(0));
  await mesh.transport.flush();
  await mesh.transport.flush();
  expect(seen).toEqual(['trap.after']);
  expect(defects).toEqual([new Error('thrown by a callback')]);
  await mesh.close();
});

test('the store, which subscribes beside the transport, reports it as well and the connection reads on', async () => {
  const defects: unknown[] = [];
  const mesh = await openMesh({ servers: server.url, ns: 'trap' });
  const store = openStore(mesh, { report: (_where, error) => defects.push(error) });
  await store.provision([leasesAsset]);
  const onMessage = () => {
    throw new Error('thrown by a follower');
  };
  const nothing = () => undefined;
  store.broker.follow('KV_trap_leases', '$KV.trap_leases.>', { onMessage, onCaughtUp: nothing, onRestart: nothing });
  const lease = await store.lease('a');
  await until('the follower to have thrown', () => defects.length > 0 || undefined);
  expect(defects[0]).toEqual(new Error('thrown by a follower'));
  await mesh.transport.flush();
  await lease?.release();
  await store.close();
  await mesh.close();
});
