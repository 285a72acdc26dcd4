import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '@seedcore/mesh';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { type Handler, openTasks } from '@seedcore/tasks';

/** A worker of the chaos tests, the twin of three_steps.py: three steps per task, each an effect at a receiver that knows keys. */
const mesh = await connect({ servers: process.env['NATS_URL'], ns: 'test' });
const tasks = openTasks(openStore(mesh), { instance: `node-${process.pid}` });

/** Asks the receiver until it answers: the broker may be away, or the receiver not be heard yet. */
async function effect(key: string): Promise<string> {
  for (;;) {
    const reply = await mesh
      .nats()
      .request('receiver', key, { timeout: 1_000 })
      .catch(() => undefined);
    if (reply !== undefined) return reply.string();
    await pause(100);
  }
}

const three: Handler = async (params, task) => {
  const said: string[] = [];
  for (const name of ['fetch', 'score', 'send']) {
    said.push(await task.step(name, effect));
    await pause(Number(params['ms'] ?? 100));
  }
  return ok(said);
};

const worker = tasks.worker('demo', { slots: 4, handlers: { three }, times: { ackWaitMs: 4_000, beatMs: 1_000 } });
await worker.ready;
console.log('ready');
process.once('SIGTERM', () => void worker.drain(2_000).then(() => process.exit(0)));
