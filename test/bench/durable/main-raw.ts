import {
  AckPolicy,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import { answerParent } from './answer-parent.ts';
import { type MeasuredQueue, type Stamps, stamps, type Work } from './measured-queue.ts';
import { taskSpec } from './task-spec.ts';

/**
 * JetStream as one would use it alone: publish and wait for the acknowledgement, consume and acknowledge. `work-queue`
 * deletes what is acknowledged, and the broker confirms that; `stream` keeps it, and confirms nothing.
 */
const kind = process.argv[2] === 'work-queue' ? 'work-queue' : 'stream';
const CONSUMER = 'bench';
const WAIT_MS = 30_000;
/** Of one answer: a disk that others keep busy ends no measurement. */
const PATIENT = { timeout: 30_000 };
const ACK_WAIT = nanos(30_000);
const tasksOn = { name: `RAW_${kind}`, subject: `raw.${kind}.task` };
const resultsOn = { name: `RAW_${kind}_RESULTS`, subject: `raw.${kind}.result` };

const nats = await connect({ servers: process.env['NATS_URL'] ?? '' });
const js = jetstream(nats);
const manager = await jetstreamManager(nats);
const file: Partial<StreamConfig> = { storage: StorageType.File, num_replicas: 1 };
const retention = kind === 'work-queue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits;
await manager.streams.add({ ...file, name: tasksOn.name, subjects: [tasksOn.subject], retention });
await manager.streams.add({ ...file, name: resultsOn.name, subjects: [`${resultsOn.subject}.*`] });

/** Who waits for which result. */
const waiting = new Map<string, (found: Stamps) => void>();
nats.subscribe(`${resultsOn.subject}.*`, {
  callback: (error, message) => {
    if (error !== null) throw error;
    const id = message.subject.split('.').at(-1) ?? '';
    waiting.get(id)?.(stamps.parse(message.json()));
    waiting.delete(id);
  },
});
await nats.flush();

const submit = (id: string) => js.publish(tasksOn.subject, JSON.stringify({ id, ...taskSpec }), PATIENT);

const queue: MeasuredQueue = {
  submit,
  async run(id) {
    const { promise, resolve, reject } = Promise.withResolvers<Stamps>();
    const timer = setTimeout(() => reject(new Error(`no result of ${id} in ${WAIT_MS} ms`)), WAIT_MS);
    waiting.set(id, resolve);
    await submit(id);
    return promise.finally(() => clearTimeout(timer));
  },
  async open({ slots, results, handle }) {
    await manager.consumers.add(tasksOn.name, {
      durable_name: CONSUMER,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ACK_WAIT,
      max_ack_pending: slots,
    });
    let finished = 0;
    const consumer = await js.consumers.get(tasksOn.name, CONSUMER);
    const consuming = await consumer.consume({
      max_messages: slots,
      callback: (message) => {
        finish(message, { results, handle }).then(
          () => {
            finished += 1;
          },
          (error: unknown) => {
            throw error; // ends the process: what it measured is of no use
          },
        );
      },
    });
    return {
      finished: () => finished,
      async close() {
        await consuming.close();
        await manager.consumers.delete(tasksOn.name, CONSUMER);
        await manager.streams.purge(tasksOn.name);
      },
    };
  },
};

async function finish(message: JsMsg, { results, handle }: Pick<Work, 'results' | 'handle'>): Promise<void> {
  const done = handle();
  if (results) {
    const { id } = message.json<{ id: string }>();
    await js.publish(`${resultsOn.subject}.${id}`, JSON.stringify(done), PATIENT);
  }
  if (kind === 'stream') message.ack();
  else if (!(await message.ackAck(PATIENT))) throw new Error('an acknowledgement was not confirmed');
}

answerParent(queue);
