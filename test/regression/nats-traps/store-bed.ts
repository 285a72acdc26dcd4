import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { openStore, type Store } from '@seedcore/store';
import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import { startBroker } from '../../support/test-mesh.ts';

/** A bucket of numbers. */
export const numbers = { name: 'numbers', schema: z.strictObject({ n: z.int() }), version: 1 };

/** A broker, the store on it, and the bare library beside it. */
export type StoreBed = {
  server: RunningServer;
  mesh: Mesh;
  store: Store;
  nats: NatsConnection;
  manager: JetStreamManager;
  stream: ReturnType<typeof jetstream>;
  kvm: Kvm;
};

/** Starts a broker before the tests of a file and stops it afterwards; what it returns is filled in by then. */
export function storeBed(): StoreBed {
  const bed: Partial<StoreBed> = {};
  beforeAll(async () => {
    const server = await startBroker();
    const mesh = await openMesh({ servers: server.url, ns: 'trap' });
    const nats = mesh.nats();
    const manager = await jetstreamManager(nats, { timeout: 30_000 });
    Object.assign(bed, {
      server,
      mesh,
      nats,
      manager,
      store: openStore(mesh),
      stream: jetstream(nats),
      kvm: new Kvm(nats),
    });
  });
  afterAll(async () => {
    await bed.store?.close();
    await bed.mesh?.close();
    await bed.server?.stop();
  });
  return bed as StoreBed; // complete once beforeAll has run
}
