import { connect } from '@nats-io/transport-node';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { echo } from '../../mesh/echo.ts';
import { startBroker } from '../../support/test-mesh.ts';
import { until } from '../../support/until.ts';
import { settlesWithin } from './settles-within.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startBroker();
});
afterAll(() => server.stop());

test('the library drains without waiting for asynchronous handlers; closing the mesh waits for them', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const started: string[] = [];
  const ended: string[] = [];
  const slowly = (who: string) => async () => {
    started.push(who);
    await held;
    ended.push(who);
  };
  const connection = await connect({ servers: server.url });
  connection.subscribe('seedcore-dev.evt.echo.said.a', { callback: () => void slowly('library')() });
  const mesh = await openMesh({ servers: server.url });
  mesh.subscribe(echo, 'said', slowly('mesh'));
  await connection.flush();
  await mesh.transport.flush();
  mesh.publish(echo, 'said', { word: 'a' });
  await until('both to have started', () => started.length === 2 || undefined);

  expect(await settlesWithin(connection.drain(), 60_000)).toBe(true);
  const closed = mesh.close();
  expect(await settlesWithin(closed, 300)).toBe(false);
  expect(ended).toEqual([]);
  release();
  await closed;
  expect(ended.toSorted()).toEqual(['library', 'mesh']);
});
