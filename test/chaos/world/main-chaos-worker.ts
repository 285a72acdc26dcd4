import { connect } from '@seedcore/mesh';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { chaosHandlers } from './chaos-handlers.ts';
import { takingAssets } from './kept-assets.ts';

/** A worker process of the chaos tests: `SC_WORKER` has its queue and how it works, as JSON. */
const { queue, ...how } = JSON.parse(process.env['SC_WORKER'] ?? '{}');
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const tasks = openTasks(takingAssets(openStore(mesh)), { instance: mesh.instance });
const handlers = chaosHandlers(mesh.nats(), (line) => console.log(line));
const worker = tasks.worker(queue, { slots: 16, ...how, handlers });
await worker.ready;
console.log(`ready ${mesh.instance}`);
process.once('SIGTERM', async () => {
  await worker.drain(2_000);
  console.log(`drained at ${Date.now()}`);
  process.exit(0);
});
