import { setTimeout as pause } from 'node:timers/promises';
import { connect, systemClock } from '@seedcore/mesh';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { type Handler, openTasks } from '@seedcore/tasks';

/** A worker process that is stopped and killed: two steps per task, each an effect at a receiver that knows keys. */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const tasks = openTasks(openStore(mesh), { instance: mesh.instance });

/** Asks the receiver until it answers; it does the same thing once per key. */
async function effect(key: string): Promise<string> {
  for (;;) {
    try {
      const reply = await mesh.nats().request('receiver', key, { timeout: 1000 });
      return reply.string();
    } catch {
      await pause(100); // the broker is down, or the receiver is not heard yet
    }
  }
}

const demo: Handler = async (_params, task) => {
  const fetched = await task.step('fetch', effect);
  await pause(100);
  const sent = await task.step('send', effect);
  return ok({ fetched, sent });
};

const worker = tasks.worker('demo', { slots: 8, handlers: { demo }, times: { ackWaitMs: 4000, beatMs: 1000 } });
await worker.ready;
console.log(`ready after ${Math.round(systemClock.now())} ms`);
process.once('SIGTERM', () => void worker.drain(2000).then(() => process.exit(0)));
