import { inlineLimit, type Transport } from '@seedcore/mesh';
import { type Codec, headerNames, MeshError } from '@seedcore/protocol';
import type { LargeReplies } from '../payload/large-replies.ts';
import { type EncodedReply, encodeReply } from '../reply/encode-reply.ts';
import type { ServerReply } from '../reply/reply.ts';
import { defect, type Traced } from '../reply/reply-of.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { protect } from './protect.ts';
import type { ServeObserver } from './serve-observer.ts';

/** Where a reply goes and how it is written. */
export type Envelope = {
  readonly to: string;
  readonly codec: Codec;
  readonly endpoint: ServedEndpoint;
  readonly traced: Traced;
  /** Value of `Sc-Load`, when a report is due. */
  readonly load: string | undefined;
  /** Value of `Sc-Frame`, when the reply is the end of a stream. */
  readonly frame: string | undefined;
  /** When nobody waits for it any more, on the clock of this process. */
  readonly endsAt: number;
};

/** What answering needs. */
export type AnswerPorts = {
  readonly transport: Pick<Transport, 'publish' | 'maxPayload'>;
  readonly observer: ServeObserver;
  readonly large: LargeReplies;
};

/** Encodes and publishes a reply; what cannot be encoded is a defect and answered as one. Returns what was sent. */
export function answer(reply: ServerReply, envelope: Envelope, ports: AnswerPorts): ServerReply {
  const { endpoint, codec } = envelope;
  const traits = { asText: endpoint.text, idempotent: endpoint.contract.idempotent };
  let sent = reply;
  let encoded: EncodedReply | undefined;
  protect(
    () => {
      encoded = bounded(encodeReply(reply, codec, traits), endpoint);
    },
    (end) => {
      if (!('thrown' in end)) return;
      sent = defect({ target: endpoint.target, traced: envelope.traced }, end.thrown);
      encoded = encodeReply(sent, codec, traits);
    },
  );
  if (encoded === undefined) return sent;
  if (encoded.data.length > inlineLimit(ports.transport))
    ports.large.send(encoded, envelope, (small) => publish(small, envelope, ports));
  else publish(encoded, envelope, ports);
  return sent;
}

function bounded(encoded: EncodedReply, { target, contract }: ServedEndpoint): EncodedReply {
  const limit = contract.maxBytes;
  if (encoded.data.length <= limit) return encoded;
  const message = `${target}: reply of ${encoded.data.length} bytes is larger than ${limit}`;
  throw new MeshError('internal', { target, message });
}

function publish(encoded: EncodedReply, { to, endpoint, load, frame }: Envelope, ports: AnswerPorts): void {
  const { data, error } = encoded;
  if (error !== undefined) endpoint.stats.error(error);
  const marked = frame === undefined ? encoded.headers : [...encoded.headers, [headerNames.frame, frame] as const];
  const all = load === undefined ? marked : [...marked, [headerNames.load, load] as const];
  protect(
    () => ports.transport.publish(to, data, all.length === 0 ? {} : { headers: all }),
    (end) => {
      if ('thrown' in end) ports.observer.replyLost(endpoint, end.thrown);
    },
  );
}
