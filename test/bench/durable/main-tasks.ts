import { connect } from '@seedcore/mesh';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { answerParent } from './answer-parent.ts';
import { type MeasuredQueue, stamps } from './measured-queue.ts';
import { taskSpec } from './task-spec.ts';

/** Ours, with its defaults, or with every write alone. */
const QUEUE = 'bench';
const WAIT_MS = 30_000;
const DRAIN_MS = 5_000;

const mesh = await connect({ servers: process.env['NATS_URL'], ns: process.env['SEEDCORE_NS'] ?? 'bench' });
const tasks = openTasks(openStore(mesh, { grouped: process.argv[2] !== 'alone' }), { instance: mesh.instance });
await tasks.provision();

const queue: MeasuredQueue = {
  async submit(id, keyed) {
    const answer = await tasks.submit(keyed ? { ...taskSpec, idempotency_key: id } : taskSpec, { queue: QUEUE });
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
  },
  async run() {
    const answer = await tasks.run(taskSpec, { queue: QUEUE, timeoutMs: WAIT_MS });
    if (!answer.ok) throw new Error(JSON.stringify(answer.failure));
    return stamps.parse(answer.value.result?.value);
  },
  async open({ slots, handle }) {
    let handled = 0;
    const worker = tasks.worker(QUEUE, {
      slots,
      handlers: {
        [taskSpec.type]: async () => {
          handled += 1;
          return ok({ ...handle() });
        },
      },
    });
    await worker.ready;
    return { finished: () => handled - worker.running(), close: () => worker.drain(DRAIN_MS) };
  },
};
answerParent(queue);
