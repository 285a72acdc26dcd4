import { type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const BATCH = 1_000;
const WAIT_MS = 10_000;

/** Hands over every message of a stream that matches, oldest first, up to the newest there is when it begins. */
export async function readStream(
  nats: NatsConnection,
  from: { readonly stream: string; readonly filter: string },
  take: (message: JsMsg) => void,
): Promise<void> {
  const { state } = await (await jetstreamManager(nats)).streams.info(from.stream);
  const consumer = await jetstream(nats).consumers.get(from.stream, { filter_subjects: [from.filter] });
  let left = (await consumer.info()).num_pending;
  while (left > 0) {
    const batch = await consumer.fetch({ max_messages: Math.min(left, BATCH), expires: WAIT_MS });
    let got = 0;
    for await (const message of batch) {
      got += 1;
      if (message.seq <= state.last_seq) take(message);
    }
    left -= got;
    // Some of them may have gone in the meantime.
    if (got === 0) left = Math.min(left, (await consumer.info()).num_pending);
    if (got === 0 && left > 0) throw new Error(`${from.stream}: ${left} messages did not come`);
  }
}
