import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { headerNames, wireHeaders } from '@seedcore/protocol';
import type { RawReply } from '@seedcore/testkit';
import { until } from '../../support/until.ts';

/** One message as the broker hands it over. */
export type RawMessage = { readonly subject: string; readonly block: string; readonly data: Buffer };

/**
 * A connection that speaks the NATS protocol byte by byte, with no library that could refuse to send something.
 *
 * @source docs.nats.io, "Client Protocol"
 */
export class RawConnection {
  readonly socket: Socket;
  readonly received: RawMessage[] = [];
  closed = false;
  #buffer = Buffer.alloc(0);
  #sent = 0;
  #pongs = 0;
  readonly #inbox: string;

  private constructor(socket: Socket, name: string) {
    this.socket = socket;
    this.#inbox = `_INBOX.raw.${name}`;
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('close', () => {
      this.closed = true;
    });
    // The broker hangs up on some of what is sent: that is what a test looks at.
    socket.on('error', () => {
      this.closed = true;
    });
  }

  /** Connects and listens to everything under its own inbox. */
  static async open(url: string, name: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const raw = new RawConnection(socket, name);
    raw.write('CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n');
    raw.write(`SUB ${raw.#inbox}.* 1\r\n`);
    await raw.flushed();
    return raw;
  }

  write(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Resolves when the broker has read everything written so far. */
  async flushed(): Promise<void> {
    const before = this.#pongs;
    this.write('PING\r\n');
    await until('a PONG', () => (this.closed || this.#pongs > before ? true : undefined));
  }

  /** Listens to a subject; a message that arrives by it and by the inbox arrives twice. */
  listen(subject: string): void {
    this.write(`SUB ${subject} 2\r\n`);
  }

  /** Publishes with a header block as it is. */
  publish(
    subject: string,
    body: Uint8Array,
    { reply = '', block = '' }: { reply?: string; block?: string } = {},
  ): void {
    const head = Buffer.from(block);
    const sizes = block === '' ? `${body.length}` : `${head.length} ${head.length + body.length}`;
    const words = [block === '' ? 'PUB' : 'HPUB', subject, reply, sizes].filter((word) => word !== '');
    this.write(Buffer.concat([Buffer.from(`${words.join(' ')}\r\n`), head, body, Buffer.from('\r\n')]));
  }

  /** Publishes and waits for what comes back. */
  async request(subject: string, body: Uint8Array, block = ''): Promise<RawReply> {
    this.#sent += 1;
    const reply = `${this.#inbox}.${this.#sent}`;
    this.publish(subject, body, { reply, block });
    const message = await new Promise<RawMessage>((resolve, reject) => {
      this.#waiting.set(reply, resolve);
      setTimeout(() => reject(new Error(`no reply from ${subject}`)), 60_000).unref();
    });
    return rawReply(message);
  }

  close(): void {
    this.socket.destroy();
  }

  readonly #waiting = new Map<string, (message: RawMessage) => void>();

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let end = this.#buffer.indexOf('\r\n'); end >= 0; end = this.#buffer.indexOf('\r\n')) {
      const words = this.#buffer.toString('latin1', 0, end).split(' ');
      const size = words[0] === 'MSG' || words[0] === 'HMSG' ? Number(words.at(-1)) + 2 : 0;
      if (this.#buffer.length < end + 2 + size) return;
      if (size > 0) this.#deliver(words, this.#buffer.subarray(end + 2, end + size));
      if (words[0] === 'PONG') this.#pongs += 1;
      if (words[0] === 'PING') this.write('PONG\r\n');
      this.#buffer = this.#buffer.subarray(end + 2 + size);
    }
  }

  #deliver(words: readonly string[], bytes: Buffer): void {
    const head = words[0] === 'HMSG' ? Number(words.at(-2)) : 0;
    const data = Buffer.from(bytes.subarray(head));
    const message = { subject: words[1] ?? '', block: bytes.toString('utf8', 0, head), data };
    this.received.push(message);
    const waiting = this.#waiting.get(message.subject);
    if (words[2] === '1' && waiting !== undefined) {
      this.#waiting.delete(message.subject);
      waiting(message);
    }
  }
}

/** A block of headers out of pairs. */
export const blockOf = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.length === 0 ? '' : `NATS/1.0\r\n${pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;

function rawReply({ block, data }: RawMessage): RawReply {
  const [first = '', ...lines] = block.split('\r\n');
  const pairs = lines
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const headers = wireHeaders(pairs);
  const code = Number(/^NATS\/1\.0 (\d{3})/.exec(first)?.[1] ?? '0') || undefined;
  return { headers, data, text: data.toString(), code, status: headers.get(headerNames.errorCode), json: undefined };
}
