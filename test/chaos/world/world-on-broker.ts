import type { RunningServer } from '@seedcore/nats-dev';
import { afterAll, beforeAll } from 'vitest';
import { startBroker } from '../../support/test-mesh.ts';
import { TaskWorld } from './task-world.ts';

/** A broker and a world on it for the tests of one file. */
export function worldOnBroker(): { readonly server: () => RunningServer; readonly world: () => TaskWorld } {
  let server: RunningServer;
  let world: TaskWorld;
  beforeAll(async () => {
    server = await startBroker();
    world = await TaskWorld.open(server.url);
  });
  afterAll(async () => {
    await world?.close();
    await server?.stop();
  });
  return { server: () => server, world: () => world };
}
