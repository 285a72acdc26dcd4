import {
  nowhereToPut,
  type Payloads,
  referenceBody,
  referenceHeader,
  type Transport,
  travelsInline,
} from '@seedcore/mesh';
import { type Clock, MeshError, type PayloadRef } from '@seedcore/protocol';
import { type EncodedReply, encodeReply } from '../reply/encode-reply.ts';
import type { Envelope } from '../serve/answer.ts';
import type { ServeObserver } from '../serve/serve-observer.ts';

/** Most stored replies whose end is watched; what is beyond goes by its age. */
const MAX_WATCHED = 10_000;

/** What large replies go through. */
export type LargeReplyPorts = {
  readonly payloads: Payloads;
  readonly transport: Pick<Transport, 'maxPayload'>;
  readonly clock: Clock;
  readonly observer: Pick<ServeObserver, 'replyLost'>;
};

/** Replies too large for a message: stored first, then answered by reference, and deleted when their call has ended. */
export class LargeReplies {
  readonly payloads: Payloads;
  readonly #ports: LargeReplyPorts;
  readonly #going = new Set<Promise<void>>();
  #watched = 0;

  constructor(ports: LargeReplyPorts) {
    this.payloads = ports.payloads;
    this.#ports = ports;
  }

  /** Has `publish` called with what is to travel: the reply itself, a reference to it, or why there is neither. */
  send(reply: EncodedReply, envelope: Envelope, publish: (reply: EncodedReply) => void): void {
    const { length } = reply.data;
    if (travelsInline(length, this.#ports)) publish(reply);
    else if (!this.payloads.available)
      publish(refused(nowhereToPut(envelope.endpoint.target, length, this.#ports), envelope));
    else this.#follow(this.#store(reply, envelope, publish));
  }

  /** Resolves when every reply that was handed over has left. */
  async idle(): Promise<void> {
    await Promise.all(this.#going);
  }

  async #store(reply: EncodedReply, envelope: Envelope, publish: (reply: EncodedReply) => void): Promise<void> {
    const { endpoint, codec, endsAt } = envelope;
    try {
      const ref = await this.payloads.put(reply.data, { until: endsAt });
      publish({ ...reply, data: codec.encode(referenceBody(ref)), headers: [...reply.headers, referenceHeader(ref)] });
      this.#deleteLater(ref, envelope);
    } catch (cause) {
      this.#ports.observer.replyLost(endpoint, cause);
      publish(refused(lost(envelope, cause), envelope));
    }
  }

  /** Whoever reads it deletes it; this is for those nobody reads. */
  #deleteLater(ref: PayloadRef, { endpoint, endsAt }: Envelope): void {
    const { clock, observer } = this.#ports;
    if (this.#watched >= MAX_WATCHED) return;
    this.#watched += 1;
    clock.after(Math.max(0, endsAt - clock.now()), () => {
      this.#watched -= 1;
      this.payloads.delete(ref).catch((error: unknown) => observer.replyLost(endpoint, error));
    });
  }

  #follow(going: Promise<void>): void {
    this.#going.add(going);
    void going.finally(() => this.#going.delete(going));
  }
}

/** The work was done, its reply is lost: as far as the caller can know, it may have run. */
function lost({ endpoint, traced }: Envelope, cause: unknown): MeshError {
  const { traceId } = traced.trace;
  const { target } = endpoint;
  const message = `${target}: the reply is too large for a message and could not be stored`;
  return new MeshError('timeout', { target, message, details: { reason: 'reply_not_stored' }, traceId, cause });
}

function refused(error: MeshError, { codec, endpoint }: Envelope): EncodedReply {
  return encodeReply({ kind: 'error', error }, codec, { idempotent: endpoint.contract.idempotent });
}
