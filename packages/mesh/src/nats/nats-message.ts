import { Match, type Msg, type MsgHdrs } from '@nats-io/transport-node';
import { malformedHeaders, noHeaders, type WireHeaders } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';

/**
 * A message of the library; its headers are decoded when they are first asked for. The broker passes on whatever block
 * a client sends, and the library throws at some of them: such a message must still get an answer.
 */
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
    const { read } = this;
    return read === 'malformed' ? undefined : read?.code || undefined;
  }

  get headers(): WireHeaders {
    const { read } = this;
    if (read === 'malformed') return malformedHeaders;
    return read === undefined ? noHeaders : asWireHeaders(read);
  }

  private get read(): MsgHdrs | 'malformed' | undefined {
    try {
      return this.#msg.headers;
    } catch {
      return 'malformed';
    }
  }
}

function asWireHeaders(headers: MsgHdrs): WireHeaders {
  const all = (name: string) => headers.values(name, Match.IgnoreCase);
  return { get: (name) => all(name)[0], all, names: () => headers.keys() };
}
