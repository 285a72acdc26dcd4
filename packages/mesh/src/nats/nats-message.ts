import type { Msg, MsgHdrs } from '@nats-io/transport-node';
import { malformedHeaders, noHeaders, type WireHeaders } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';

/**
 * A message of the library; its headers are decoded when they are first asked for. The broker passes on whatever block
 * a client sends, and the library throws at some of them: such a message must still get an answer.
 */
export class NatsMessage implements WireMessage {
  readonly #msg: Msg;
  #headers: WireHeaders | undefined;

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
    this.#headers ??= this.#wireHeaders();
    return this.#headers;
  }

  #wireHeaders(): WireHeaders {
    const { read } = this;
    if (read === 'malformed') return malformedHeaders;
    return read === undefined ? noHeaders : new NatsHeaders(read);
  }

  private get read(): MsgHdrs | 'malformed' | undefined {
    try {
      return this.#msg.headers;
    } catch {
      return 'malformed';
    }
  }
}

/** The headers of a message by lower-case name, sorted once. */
class NatsHeaders implements WireHeaders {
  readonly #names: readonly string[];
  readonly #values = new Map<string, readonly string[]>();

  constructor(headers: MsgHdrs) {
    this.#names = headers.keys();
    for (const name of this.#names) {
      const values = headers.values(name);
      const lower = lowerCase(name);
      const known = this.#values.get(lower);
      this.#values.set(lower, known === undefined ? values : [...known, ...values]);
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(lowerCase(name))?.[0];
  }

  all(name: string): readonly string[] {
    return this.#values.get(lowerCase(name)) ?? NONE;
  }

  names(): readonly string[] {
    return this.#names;
  }
}

const NONE: readonly string[] = [];
/** Names are few and come again and again; a stranger may send any number of others. */
const MAX_KNOWN_NAMES = 256;
const lowerNames = new Map<string, string>();

function lowerCase(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (lowerNames.size < MAX_KNOWN_NAMES) lowerNames.set(name, lower);
  return lower;
}
