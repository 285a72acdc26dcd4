import type { JetStreamManager } from '@nats-io/jetstream';
import type { ConsumerState } from '../broker/delivery.ts';

/** How far every durable consumer of a stream has come. */
export async function consumerStates(manager: JetStreamManager, stream: string): Promise<readonly ConsumerState[]> {
  const states: ConsumerState[] = [];
  for await (const info of manager.consumers.list(stream)) {
    const { durable_name: durable, filter_subject: filter } = info.config;
    if (!durable || !filter) continue;
    // The floor stands still when the broker gives a message up; with nothing under way, all that went out is settled.
    const settled = info.num_ack_pending === 0 ? info.delivered.stream_seq : info.ack_floor.stream_seq;
    states.push({ filter, settled, waiting: info.num_pending });
  }
  return states;
}
