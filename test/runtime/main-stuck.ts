import { Worker } from 'node:worker_threads';
import { endpoint, implement, ok, service } from '@seedcore/protocol';
import { defineService, runService } from '@seedcore/runtime';
import { z } from 'zod';

/** A service with a thread that cannot be ended, which asks to be replaced. */
const stuck = service('stuck', {
  doc: 'Gets stuck.',
  version: '1.0.0',
  endpoints: { get_stuck: endpoint({ doc: 'Gets stuck.', input: z.strictObject({}), output: z.strictObject({}) }) },
});

const BLOCKING = `
  require('node:worker_threads').parentPort.postMessage('stuck');
  require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 20000)']);`;

await runService(
  defineService({
    contract: stuck,
    config: z.object({}),
    start: async (host) => ({
      implementation: implement(stuck, {
        get_stuck: async () => {
          const thread = new Worker(BLOCKING, { eval: true });
          await new Promise((resolve) => thread.once('message', resolve));
          void thread.terminate();
          host.replace('a thread is stuck');
          return ok({});
        },
      }),
    }),
  }),
  process.env,
);
