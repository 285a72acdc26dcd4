import type { Stored } from '../broker/broker.ts';
import type { BrokerConnection } from './nats-connection.ts';
import { readBatch } from './read-batch.ts';

/** The broker ends an answer early when it becomes large; what is missing is asked for again, this often at most. */
const MAX_REQUESTS = 100;

/** Messages of one subject, or of all that match it, oldest first. */
export async function messagesOf(
  connection: BrokerConnection,
  stream: string,
  of: { readonly subject: string; readonly limit: number },
): Promise<readonly Stored[]> {
  const found: Stored[] = [];
  for (let asked = 0; found.length < of.limit && asked < MAX_REQUESTS; asked++) {
    const seq = (found.at(-1)?.seq ?? 0) + 1;
    const more = await readBatch(connection, stream, {
      next_by_subj: of.subject,
      seq,
      batch: of.limit - found.length,
    });
    if (more.length === 0) break;
    found.push(...more);
  }
  return found;
}
