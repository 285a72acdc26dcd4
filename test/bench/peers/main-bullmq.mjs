import { Queue, QueueEvents, Worker } from 'bullmq';
import { answerParent } from '../durable/answer-parent.ts';
import { taskSpec } from '../durable/task-spec.ts';

const NAME = 'bench';
const WAIT_MS = 30_000;

/** BullMQ with its defaults. */
const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT), maxRetriesPerRequest: null };
const queue = new Queue(NAME, { connection });
await queue.waitUntilReady();

let events;
/** Listens to the ends of jobs from the first wait on. */
async function eventsOfQueue() {
  events ??= new QueueEvents(NAME, { connection });
  await events.waitUntilReady();
  return events;
}

answerParent({
  submit: (id, keyed) => queue.add(taskSpec.type, taskSpec.params, keyed ? { jobId: id } : {}),
  async run() {
    const listening = await eventsOfQueue();
    const job = await queue.add(taskSpec.type, taskSpec.params);
    return job.waitUntilFinished(listening, WAIT_MS);
  },
  async open({ slots, handle }) {
    let finished = 0;
    const worker = new Worker(NAME, async () => handle(), { connection, concurrency: slots });
    worker.on('completed', () => {
      finished += 1;
    });
    await worker.waitUntilReady();
    return { finished: () => finished, close: () => worker.close() };
  },
});
