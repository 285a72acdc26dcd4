import type { MsgHdrs } from '@nats-io/transport-node';
import { headers } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import type { Message, WrittenTogether } from '../broker/broker.ts';
import { type ApiError, isIncomplete, isRepeated, isWrongSequence, refusal } from './failure.ts';
import type { BrokerConnection } from './nats-connection.ts';
import { type Pair, pairsOf } from './write-headers.ts';

type BatchAck = { readonly seq?: number; readonly count?: number; readonly error?: ApiError };

/**
 * Stores messages as one atomic batch: all but the last are published, the last is the request that commits them, and
 * its reply is the only word on any of them. What went wrong with an earlier one shows there as an incomplete batch.
 *
 * @param batch name of this try, 64 characters at most; a second try needs another one
 * @source NATS ADR-50, "JetStream Batch Publishing"
 */
export function publishTogether(
  connection: BrokerConnection,
  messages: readonly Message[],
  batch: string,
): Promise<WrittenTogether> {
  const last = messages.at(-1);
  if (last === undefined) throw new RangeError('a batch holds at least one message');
  const nc = connection.writable(last.subject);
  for (const [i, { subject, body, options }] of messages.slice(0, -1).entries())
    nc.publish(subject, body, { headers: headersOf([...pairsOf(options), ...place(batch, i + 1)]) });
  const commit: Pair = ['Nats-Batch-Commit', '1'];
  const pairs = [...pairsOf(last.options), ...place(batch, messages.length), commit];
  return connection.request({ subject: last.subject, body: last.body, headers: pairs }, (reply) =>
    written(last.subject, reply.json<BatchAck>(), messages.length),
  );
}

const place = (batch: string, sequence: number): readonly Pair[] => [
  ['Nats-Batch-Id', batch],
  ['Nats-Batch-Sequence', String(sequence)],
];

/** @throws MeshError what the broker refuses it for, but for another sequence, a loss on the way and a repeat, which are answers */
function written(target: string, ack: BatchAck, count: number): WrittenTogether {
  if (ack.error !== undefined) {
    if (isWrongSequence(ack.error)) return { ok: false, refused: 'wrong_sequence' };
    if (isIncomplete(ack.error)) return { ok: false, refused: 'incomplete' };
    if (isRepeated(ack.error)) return { ok: false, refused: 'repeated' };
    throw refusal(target, ack.error);
  }
  if (typeof ack.seq === 'number' && ack.count === count) return { ok: true, seq: ack.seq };
  throw new MeshError('unavailable', { target, message: `${target}: is not in a stream that takes batches` });
}

function headersOf(pairs: readonly Pair[]): MsgHdrs {
  const all = headers();
  for (const [name, value] of pairs) all.set(name, value);
  return all;
}
