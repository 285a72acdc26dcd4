import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { settlesWithin } from './settles-within.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

const long = `trap.${'x'.repeat(5_000)}`;

test('the broker hangs up on a subject of 4 KiB; the mesh refuses to send it', async () => {
  const connection = await connect({ servers: server.url, reconnect: false });
  connection.publish(long);
  expect(await settlesWithin(connection.closed(), 60_000)).toBe(true);

  const mesh = await openMesh({ servers: server.url });
  expect(() => mesh.transport.publish(long, new Uint8Array(0))).toThrow(/subject: is longer than 1024 bytes/);
  await mesh.transport.flush();
  expect(mesh.state).toBe('up');
  await mesh.close();
});
