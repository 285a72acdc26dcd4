import type { Msg } from '@nats-io/transport-node';
import { noHeaders, type ReadBlock, readHeaderBlock, type WireHeaders, wireHeaders } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';

/**
 * A message of the library; its headers are read when they are first asked for, from the bytes: the library's own
 * reader costs as much as the rest of a request, and throws at some blocks that a client may send and the broker pass
 * on. Such a message must still get an answer.
 */
export class NatsMessage implements WireMessage {
  readonly #msg: Msg;
  #block: ReadBlock | undefined;
  #data: Uint8Array | undefined;

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
    this.#data ??= this.#msg.data;
    return this.#data;
  }

  get status(): number | undefined {
    return this.#read().status;
  }

  get headers(): WireHeaders {
    return this.#read().headers;
  }

  #read(): ReadBlock {
    this.#block ??= blockOf(this.#msg);
    return this.#block;
  }
}

/** How the library keeps a message: the header block is in front of the data, `hdr` bytes long, -1 without one. */
type KeptMessage = Msg & { readonly _rdata?: Uint8Array | null; readonly _msg?: { readonly hdr?: number } };

const NO_BLOCK: ReadBlock = { headers: noHeaders, status: undefined };

function blockOf(msg: KeptMessage): ReadBlock {
  const length = msg._msg?.hdr;
  if (length === undefined) return libraryBlock(msg);
  return length <= 0 || !msg._rdata ? NO_BLOCK : readHeaderBlock(msg._rdata, length);
}

/** A version of the library that keeps its messages in another way is slower, not wrong. */
function libraryBlock({ headers }: Msg): ReadBlock {
  if (headers === undefined) return NO_BLOCK;
  const pairs = headers.keys().flatMap((name) => headers.values(name).map((value) => [name, value] as const));
  return { headers: wireHeaders(pairs), status: headers.code || undefined };
}
