import { connect, headers } from '@nats-io/transport-node';
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

test('a Nats- header of a client makes the broker publish where it says; the mesh does not let it travel', async () => {
  const connection = await connect({ servers: server.url });
  const traces: string[] = [];
  connection.subscribe('victim.>', { callback: (_error, { subject }) => void traces.push(subject) });
  const given = headers();
  given.set('Nats-Trace-Dest', 'victim.library');
  connection.publish('trap.traced', '', { headers: given });
  await until('the broker to publish by itself', () => traces.length > 0 || undefined);

  const mesh = await openMesh({ servers: server.url });
  mesh.transport.publish('trap.traced', new Uint8Array(0), { headers: [['Nats-Trace-Dest', 'victim.mesh']] });
  await mesh.transport.flush();
  await connection.flush();
  expect(traces).toEqual(['victim.library']);
  await mesh.close();
  await connection.close();
});
