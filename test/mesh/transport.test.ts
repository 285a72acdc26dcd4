import { type BusMesh, openMesh, transportCases } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';

let server: RunningServer;
const opened: BusMesh[] = [];

beforeAll(async () => {
  server = await startBroker();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((mesh) => mesh.close()));
});
afterAll(() => server.stop());

async function open() {
  const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
  opened.push(mesh);
  return mesh.transport;
}

describe('the transport over a real broker keeps the promises of the port:', () => {
  test.each(transportCases)('$name', ({ run }) => run({ open }));
});
