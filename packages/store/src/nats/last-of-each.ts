import type { Stored } from '../broker/broker.ts';
import type { BrokerConnection } from './nats-connection.ts';
import { readBatch } from './read-batch.ts';

/** Newest message of each subject in one request. */
export function lastOfEach(
  connection: BrokerConnection,
  stream: string,
  subjects: readonly string[],
): Promise<readonly Stored[]> {
  if (subjects.length === 0) return Promise.resolve([]);
  return readBatch(connection, stream, { multi_last: subjects, batch: subjects.length });
}
