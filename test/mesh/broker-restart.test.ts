import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { echo, plainWorker } from './echo.ts';

let server: RunningServer;
let asker: BusMesh;
let worker: BusMesh;

beforeAll(async () => {
  server = await startBroker();
  asker = await openMesh({ servers: server.url, service: 'asker', onDefect: () => {} });
  worker = await openMesh({ servers: server.url, service: 'echo', onDefect: () => {} });
});
afterAll(async () => {
  await asker.close();
  await worker.close();
  await server.stop();
});

const codeOf = (error: unknown) => (error instanceof MeshError ? error.code : error);

test('a broker restart fails attempts at once, accuses nobody, and the first call afterwards succeeds', async () => {
  const heard: unknown[] = [];
  plainWorker(worker.transport, 'say');
  plainWorker(worker.transport, 'say_once', (input) => {
    heard.push(input);
    return heard.length === 1 ? undefined : input;
  });
  await worker.transport.flush();
  const client = asker.client(echo);
  expect(await client.say({ word: 'before' })).toMatchObject({ ok: true });
  const inFlight = client.sayOnce({ word: 'lost' }, { deadlineMs: 60_000 }).catch((error: unknown) => error);
  await until('the worker to hear it', () => heard.length === 1 || undefined);

  await server.kill();
  await until('the mesh to notice', () => asker.state === 'down' || undefined);
  let ended = 0;
  const stop = asker.observe({
    attempt: () => {
      ended += 1;
    },
  });
  const meanwhile = Array.from({ length: 20 }, (_, i) => {
    const failure = client.say({ word: 'meanwhile' }).catch((error: unknown) => codeOf(error));
    // In the very turn in which it was made: nothing is waited for.
    expect(ended).toBe(i + 1);
    return failure;
  });
  expect(new Set(await Promise.all(meanwhile))).toEqual(new Set(['not_connected']));
  stop();
  expect(asker.publish(echo, 'said', { word: 'meanwhile' })).toBe(false);
  // May have run, and is not idempotent: reported as it is, not repeated.
  expect(await inFlight).toMatchObject({ code: 'timeout', details: { reason: 'connection_lost' } });

  await server.restart();
  await until('the mesh to be back', () => asker.state === 'up' || undefined);
  expect(await client.say({ word: 'after' })).toMatchObject({ ok: true, value: { word: 'after' } });
  expect(heard).toHaveLength(1);
  expect(asker.resources().map(({ breaker }) => breaker.state)).toEqual(['closed', 'closed']);
});
