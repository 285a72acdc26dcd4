import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { ConsumerSpec } from '../broker/delivery.ts';
import type { BrokerConnection } from './nats-connection.ts';

const CONSUMER_EXISTS = 10148;

/** Adds the durable consumer, or changes it where it differs; safe in several processes at once. */
export async function applyConsumer(connection: BrokerConnection, stream: string, spec: ConsumerSpec): Promise<void> {
  await connection.manage(`${stream} ${spec.name}`, (manager) => addOrUpdate(manager, stream, spec));
}

async function addOrUpdate(manager: JetStreamManager, stream: string, spec: ConsumerSpec): Promise<ConsumerInfo> {
  const changeable = {
    ack_wait: nanos(spec.ackWaitMs),
    max_deliver: spec.maxDeliver,
    max_ack_pending: spec.maxAckPending,
  };
  const fixed = { durable_name: spec.name, ack_policy: AckPolicy.Explicit, deliver_policy: DeliverPolicy.All };
  try {
    return await manager.consumers.add(stream, { ...fixed, filter_subject: spec.filter, ...changeable });
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_EXISTS) throw error;
    return manager.consumers.update(stream, spec.name, changeable);
  }
}
