import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

test('with each try to come back the library forgets what the broker could do; for the mesh it is away, not without JetStream', async () => {
  const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  const known = mesh.broker;
  await server.kill();
  await until('both to be down', () => (mesh.state === 'down' && connection.info === undefined) || undefined);
  await until('the mesh to have tried as well', () => mesh.nats().info === undefined || undefined);

  expect(known?.apiLevel).toBeGreaterThan(0);
  expect(mesh.broker).toEqual(known);
  const spec = { name: 'forgotten', doc: 'Of a test.', storage: 'file', history: 1, maxAgeMs: 0 } as const;
  await expect(mesh.kv.bucket(spec).get('a')).rejects.toMatchObject({ code: 'not_connected' });
  await connection.close();
  await mesh.close();
});
