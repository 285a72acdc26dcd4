import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Write } from '../../checkers/store-history.ts';
import { readWrite } from '../../checkers/store-log.ts';

const FETCH = 500;

/** Everything that lies in a bucket of namespace `test`, oldest first, as the stream keeps it. */
export async function streamLog(nats: NatsConnection, bucket: string): Promise<readonly Write[]> {
  const stream = `KV_test_${bucket}`;
  const manager = await jetstreamManager(nats, { timeout: 10_000 });
  const { messages } = (await manager.streams.info(stream)).state;
  const consumer = await jetstream(nats, { timeout: 10_000 }).consumers.get(stream);
  const log: Write[] = [];
  while (log.length < messages) {
    const before = log.length;
    for await (const message of await consumer.fetch({
      max_messages: Math.min(FETCH, messages - before),
      expires: 10_000,
    })) {
      const header = (name: string) => message.headers?.get(name) || undefined;
      const { subject, seq, data: body } = message;
      log.push(readWrite({ subject, seq, body, at: new Date(0), header }, `$KV.test_${bucket}.`));
    }
    if (log.length === before) throw new Error(`of ${messages} messages in ${stream} ${before} could be read`);
  }
  return log;
}
