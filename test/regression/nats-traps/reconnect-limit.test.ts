import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';
import { settlesWithin } from './settles-within.ts';

/** Reconnects after which the library gives up unless told otherwise. */
const LIBRARY_LIMIT = 10;

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

test('the library closes for good after ten reconnects; the mesh goes on until the broker is back', async () => {
  const connection = await connect({ servers: server.url, reconnectTimeWait: 20, reconnectJitter: 0 });
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  let tries = 0;
  const counting = (async () => {
    for await (const { type } of mesh.nats().status()) if (type === 'reconnecting') tries += 1;
  })();

  await server.kill();
  expect(await settlesWithin(connection.closed(), 60_000)).toBe(true);
  await until('more tries than the library makes', () => tries > LIBRARY_LIMIT + 1 || undefined);
  expect(mesh.state).toBe('down');

  await server.restart();
  await until('the mesh to be back', () => (mesh.state === 'up' ? true : undefined));
  expect(connection.isClosed()).toBe(true);
  await mesh.close();
  await counting;
});

test('the library takes minutes to notice a broker that hangs; the mesh notices in seconds', async () => {
  const connection = await connect({ servers: server.url });
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  let lost = false;
  const listening = (async () => {
    for await (const { type } of connection.status()) lost ||= type === 'disconnect';
  })();
  process.kill(server.pid, 'SIGSTOP');
  try {
    await until('the mesh to notice', () => (mesh.state === 'down' ? true : undefined));
    expect(lost).toBe(false);
  } finally {
    process.kill(server.pid, 'SIGCONT');
  }
  await until('the mesh to be back', () => (mesh.state === 'up' ? true : undefined));
  await connection.close();
  await listening;
  await mesh.close();
});
