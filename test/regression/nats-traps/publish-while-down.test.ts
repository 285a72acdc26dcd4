import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

const nothing = new Uint8Array(0);

test('the library drops what is published while it is disconnected; the mesh says not_connected', async () => {
  const connection = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
  const seen: string[] = [];
  connection.subscribe('trap.>', { callback: (_error, { subject }) => void seen.push(subject) });
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  await connection.flush();

  await server.kill();
  await until('both to notice', () => (mesh.state === 'down' ? true : undefined));
  expect(() => connection.publish('trap.library')).not.toThrow();
  const refusal = thrownBy(() => mesh.transport.publish('trap.mesh', nothing));
  expect(refusal).toMatchObject({ code: 'not_connected', sent: false, started: false });
  await expect(mesh.transport.flush()).rejects.toThrow('not_connected');
  const write = openStore(mesh).broker.write('trap.store', nothing);
  await expect(write).rejects.toMatchObject({ code: 'not_connected', sent: false });

  await server.restart();
  await until('the mesh to be back', () => (mesh.state === 'up' ? true : undefined));
  await until('the library to be back', () => connection.flush().then(() => true));
  mesh.transport.publish('trap.back', nothing);
  await until('the message', () => seen.includes('trap.back') || undefined);
  expect(seen).toEqual(['trap.back']);
  await connection.close();
  await mesh.close();
});

function thrownBy(act: () => void): MeshError | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof MeshError) return error;
    throw error;
  }
}
