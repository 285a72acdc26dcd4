import type { NatsConnection } from '@nats-io/transport-node';
import type { PublishOptions } from '../transport/transport.ts';
import { FrameSlab } from './frame-slab.ts';

/** Larger bodies are left to the library, which copies them once less. */
const MOST_BYTES = 16_384;

/** What the library itself writes with; it is no part of what it promises, so a test holds it to that. */
type Protocol = {
  noMorePublishing: boolean;
  outMsgs: number;
  outBytes: number;
  sendCommand(bytes: Uint8Array): void;
};

/**
 * Writes the messages of one turn one behind the other and hands them over as one piece, where the library makes four
 * of each and puts them together again: half the time, and a socket sees the same bytes. Whatever is not the usual case is
 * left to the library, after a {@link DirectWriter.flush}, and so is everything when it no longer writes as it did.
 */
export class DirectWriter {
  readonly #protocol: Protocol | undefined;
  #slab = new FrameSlab();
  #waiting = false;

  constructor(connection: NatsConnection) {
    this.#protocol = protocolOf(connection);
  }

  /** True when the message was written; it was checked before. */
  write(subject: string, data: Uint8Array, { reply = '', headers, block = '' }: PublishOptions): boolean {
    const protocol = this.#protocol;
    if (protocol === undefined || protocol.noMorePublishing || data.length > MOST_BYTES) return false;
    if (headers !== undefined && headers.length > 0 && block === '') return false;
    const frame = { subject, reply, block, data };
    if (!this.#slab.fits(frame)) this.#renew();
    if (!this.#slab.add(frame)) return false;
    protocol.outMsgs += 1;
    protocol.outBytes += block.length + data.length;
    if (!this.#waiting) queueMicrotask(this.#handOver);
    this.#waiting = true;
    return true;
  }

  /** Hands over at once what was written, before something else is. */
  flush(): void {
    const bytes = this.#slab.take();
    if (bytes.length > 0) this.#protocol?.sendCommand(bytes);
  }

  readonly #handOver = (): void => {
    this.#waiting = false;
    this.flush();
  };

  #renew(): void {
    this.flush();
    this.#slab = new FrameSlab();
  }
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
