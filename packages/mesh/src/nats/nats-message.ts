import { Match, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { noHeaders, type WireHeaders } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';

/** A message of the library; its headers are decoded when they are first asked for. */
export class NatsMessage implements WireMessage {
  readonly #msg: Msg;

  constructor(msg: Msg) {
    this.#msg = msg;
  }

  get subject(): string {
    return this.#msg.subject;
  }

  get reply(): string | undefined {
    return this.#msg.reply || undefined;
  }

  get data(): Uint8Array {
    return this.#msg.data;
  }

  get status(): number | undefined {
    return this.#msg.headers?.code || undefined;
  }

  get headers(): WireHeaders {
    const { headers } = this.#msg;
    return headers === undefined ? noHeaders : asWireHeaders(headers);
  }
}

function asWireHeaders(headers: MsgHdrs): WireHeaders {
  const all = (name: string) => headers.values(name, Match.IgnoreCase);
  return { get: (name) => all(name)[0], all, names: () => headers.keys() };
}
