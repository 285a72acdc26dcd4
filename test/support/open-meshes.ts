import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startBroker } from './test-mesh.ts';

/** A broker for the tests of one file, and meshes on it that are closed after each of them. */
export function meshesOnBroker(): { readonly server: () => RunningServer; open(): Promise<BusMesh> } {
  const opened: BusMesh[] = [];
  let server: RunningServer;
  beforeAll(async () => {
    server = await startBroker();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((mesh) => mesh.close()));
  });
  afterAll(() => server?.stop());
  return {
    server: () => server,
    async open() {
      const mesh = await openMesh({ servers: server.url, onDefect: () => {} });
      opened.push(mesh);
      return mesh;
    },
  };
}
