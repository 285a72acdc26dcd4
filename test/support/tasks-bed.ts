import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks, type WorkerOptions } from '@seedcore/tasks';
import { startBroker } from './test-mesh.ts';

/** A broker, a connection in namespace `test`, and durable work on it. */
export interface TasksBed {
  readonly server: RunningServer;
  readonly mesh: BusMesh;
  readonly tasks: Tasks;
  stop(): Promise<void>;
}

/** Opens one; with `worker` the queue `general` is worked there, by an instance of that name. */
export async function openTasksBed(
  options: { readonly instance?: string; readonly worker?: WorkerOptions } = {},
): Promise<TasksBed> {
  const { worker: how, ...identity } = options;
  const server = await startBroker();
  const mesh = await openMesh({ servers: server.url, ns: 'test' });
  const tasks = openTasks(openStore(mesh), identity);
  const worker = how && tasks.worker('general', how);
  await worker?.ready;
  const stop = async () => {
    await worker?.drain(1_000);
    await tasks.close();
    await mesh.close();
    await server.stop();
  };
  return { server, mesh, tasks, stop };
}
