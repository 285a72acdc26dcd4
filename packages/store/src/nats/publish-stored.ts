import { MeshError } from '@seedcore/protocol';
import type { WriteOptions, Written } from '../broker/broker.ts';
import { type ApiError, isWrongSequence, refusal } from './failure.ts';
import type { BrokerConnection } from './nats-connection.ts';
import { pairsOf } from './write-headers.ts';

type Message = WriteOptions & { readonly subject: string; readonly body: Uint8Array };
type PubAck = {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly val?: string;
  readonly error?: ApiError;
};

/** Stores one message and reads the broker's acknowledgement. */
export async function publishStored(connection: BrokerConnection, message: Message): Promise<Written> {
  const { subject, body } = message;
  connection.writable(subject);
  return connection.request({ subject, body, headers: pairsOf(message) }, (reply) =>
    written(subject, reply.json<PubAck>()),
  );
}

/** @throws MeshError what the broker refuses it for, but for another sequence, which is an answer */
function written(target: string, ack: PubAck): Written {
  if (ack.error !== undefined) {
    if (isWrongSequence(ack.error)) return { ok: false, refused: 'wrong_sequence' };
    throw refusal(target, ack.error);
  }
  if (typeof ack.seq !== 'number')
    throw new MeshError('unavailable', { target, message: `${target}: is not in a stream` });
  const { seq, duplicate = false, val } = ack;
  return val === undefined ? { ok: true, seq, duplicate } : { ok: true, seq, duplicate, count: Number(val) };
}
