import type { NatsConnection } from '@nats-io/transport-node';
import type { PublishOptions } from '../transport/transport.ts';

/** Larger bodies are left to the library, which copies them once less. */
const MOST_BYTES = 16_384;
const CR = 0x0d;
const LF = 0x0a;

/** What the library itself writes with; it is no part of what it promises, so a test holds it to that. */
type Protocol = {
  noMorePublishing: boolean;
  outMsgs: number;
  outBytes: number;
  sendCommand(bytes: Uint8Array): void;
};

/**
 * Writes a message as one piece where the library makes four of it, which takes half the time. Whatever is not the usual
 * case is left to the library, and so is everything when it no longer writes as it did.
 */
export class DirectWriter {
  readonly #protocol: Protocol | undefined;

  constructor(connection: NatsConnection) {
    this.#protocol = protocolOf(connection);
  }

  /** True when the message was written; it was checked before. */
  write(subject: string, data: Uint8Array, { reply = '', headers, block = '' }: PublishOptions): boolean {
    const protocol = this.#protocol;
    if (protocol === undefined || protocol.noMorePublishing || data.length > MOST_BYTES) return false;
    if (headers !== undefined && headers.length > 0 && block === '') return false;
    const size = block.length + data.length;
    const bytes = message(head({ subject, reply, block, size }), data);
    if (bytes === undefined) return false;
    protocol.outMsgs += 1;
    protocol.outBytes += size;
    protocol.sendCommand(bytes);
    return true;
  }
}

type Head = { readonly subject: string; readonly reply: string; readonly block: string; readonly size: number };

function head({ subject, reply, block, size }: Head): string {
  const to = reply === '' ? subject : `${subject} ${reply}`;
  return block === '' ? `PUB ${to} ${size}\r\n` : `HPUB ${to} ${block.length} ${size}\r\n${block}`;
}

/** Undefined when a character of the head is more than a byte, which its sizes do not know of. */
function message(head: string, data: Uint8Array): Uint8Array | undefined {
  if (Buffer.byteLength(head) !== head.length) return undefined;
  const bytes = Buffer.allocUnsafe(head.length + data.length + 2);
  bytes.write(head, 0, 'latin1');
  bytes.set(data, head.length);
  bytes[head.length + data.length] = CR;
  bytes[head.length + data.length + 1] = LF;
  return bytes;
}

function protocolOf(connection: NatsConnection): Protocol | undefined {
  if (!('protocol' in connection)) return undefined;
  const { protocol } = connection;
  return isProtocol(protocol) ? protocol : undefined;
}

function isProtocol(protocol: unknown): protocol is Protocol {
  if (typeof protocol !== 'object' || protocol === null) return false;
  const has = (name: string, type: string) => typeof Reflect.get(protocol, name) === type;
  return (
    has('noMorePublishing', 'boolean') &&
    has('outMsgs', 'number') &&
    has('outBytes', 'number') &&
    has('sendCommand', 'function')
  );
}
