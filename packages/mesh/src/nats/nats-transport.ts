import {
  headers,
  type MsgHdrs,
  type NatsConnection,
  PermissionViolationError,
  type Status,
} from '@nats-io/transport-node';
import { type Clock, MeshError, type Random, randomText } from '@seedcore/protocol';
import type { ClosableTransport, ReportDefect } from '../transport/closable.ts';
import type { ConnectionGate } from '../transport/connection-gate.ts';
import { guarded } from '../transport/guarded.ts';
import { checkOutgoing, type HeaderPairs, notConnected } from '../transport/outgoing.ts';
import type { PublishOptions, Subscription, TransportState, WireMessage } from '../transport/transport.ts';
import { DirectWriter } from './direct-writer.ts';
import { NatsMessage } from './nats-message.ts';

/** Longest wait for a flush or a drain, in ms; the library itself knows no limit. */
const FLUSH_MS = 5_000;
const ID_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const ID_LENGTH = 16;

/** What the adapter is built of. */
export type NatsTransportParts = {
  readonly connection: NatsConnection;
  readonly gate: ConnectionGate;
  /** `_INBOX.<owner>`. */
  readonly inboxPrefix: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
};

/** The transport port over one NATS connection, with a guard for each way in which the library bites. */
export class NatsTransport implements ClosableTransport {
  readonly inbox: string;
  readonly #connection: NatsConnection;
  readonly #writer: DirectWriter;
  readonly #gate: ConnectionGate;
  readonly #clock: Clock;
  readonly #report: ReportDefect;

  constructor({ connection, gate, inboxPrefix, clock, random, report }: NatsTransportParts) {
    this.inbox = `${inboxPrefix}.${randomText(random, ID_ALPHABET, ID_LENGTH)}`;
    this.#connection = connection;
    this.#writer = new DirectWriter(connection);
    this.#gate = gate;
    this.#clock = clock;
    this.#report = report;
    gate.handle('connected');
    this.#follow().catch((error: unknown) => report('connection', error));
  }

  get state(): TransportState {
    return this.#gate.transportState;
  }

  get maxPayload(): number {
    return this.#connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  }

  publish(subject: string, data: Uint8Array, options: PublishOptions = {}): void {
    const pairs = checkOutgoing(subject, data, { options, maxPayload: this.maxPayload, inbox: this.inbox });
    // The library would take it and drop it without a word.
    if (this.state !== 'up' || this.#connection.isClosed()) throw notConnected(subject);
    if (this.#writer.write(subject, data, options)) return;
    this.#writer.flush();
    try {
      this.#connection.publish(subject, data, publishOptions(options, pairs));
    } catch (error) {
      throw this.#connection.isDraining() ? notConnected(subject) : error;
    }
  }

  subscribe(subject: string, handler: (message: WireMessage) => void, options: { queue?: string } = {}): Subscription {
    if (this.#connection.isClosed()) throw notConnected(subject);
    const handle = guarded(handler, this.#report);
    this.#writer.flush();
    const subscription = this.#connection.subscribe(subject, {
      ...options,
      callback: (error, msg) => {
        if (error === null) handle(new NatsMessage(msg));
        else this.#report(subject, refusalOf(subject, error));
      },
    });
    return {
      unsubscribe: () => {
        this.#writer.flush();
        subscription.unsubscribe();
      },
      drain: () => this.#drained(subscription),
    };
  }

  async flush(): Promise<void> {
    if (this.state !== 'up') throw notConnected('flush');
    this.#writer.flush();
    const flushed = this.#connection.flush().catch((cause: unknown) => {
      throw new MeshError('not_connected', { target: 'flush', cause });
    });
    if (!(await this.#within(flushed))) throw new MeshError('timeout', { target: 'flush' });
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#gate.onState(listener);
  }

  async close(): Promise<void> {
    try {
      this.#writer.flush();
      if (this.state === 'up') await this.#within(this.#connection.drain());
    } catch (error) {
      this.#report('drain', error);
    } finally {
      await this.#connection.close();
      this.#gate.handle('close');
    }
  }

  async #drained(subscription: ReturnType<NatsConnection['subscribe']>): Promise<void> {
    if (subscription.isClosed() || this.#connection.isClosed()) return;
    this.#writer.flush();
    if (this.state === 'up') await this.#within(subscription.drain());
    // Down: what was on its way is lost with the connection, there is nothing to hand over.
    else subscription.unsubscribe();
  }

  /** True when `work` ended within the limit. */
  async #within(work: Promise<unknown>): Promise<boolean> {
    const late = Promise.withResolvers<false>();
    const timer = this.#clock.after(FLUSH_MS, () => late.resolve(false));
    try {
      return await Promise.race([work.then(() => true), late.promise]);
    } finally {
      timer.cancel();
    }
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) this.#heard(status);
    this.#gate.handle('close');
  }

  #heard(status: Status): void {
    if (status.type === 'disconnect') this.#gate.handle('lost');
    else if (status.type === 'reconnect') this.#gate.handle('connected');
    else if (status.type === 'close') this.#gate.handle('close');
    else if (status.type === 'error') this.#report('connection', status.error);
  }
}

/** The broker's no to a subscription, in words everybody knows. */
function refusalOf(subject: string, cause: Error): Error {
  if (!(cause instanceof PermissionViolationError)) return cause;
  return new MeshError('forbidden', { target: subject, message: `${subject}: ${cause.message}`, cause });
}

function publishOptions({ reply, block }: PublishOptions, pairs: HeaderPairs) {
  const headers = block !== undefined ? encodedHeaders(block) : pairs.length > 0 ? natsHeaders(pairs) : undefined;
  if (reply === undefined) return headers === undefined ? {} : { headers };
  return headers === undefined ? { reply } : { reply, headers };
}

/** Of headers that are sent the library asks nothing but their bytes; a test holds it to that. */
class EncodedHeaders {
  readonly #block: string;

  constructor(block: string) {
    this.#block = block;
  }

  encode(): Uint8Array {
    return Buffer.from(this.#block, 'latin1');
  }
}

const encodedHeaders = (block: string): MsgHdrs => new EncodedHeaders(block) as unknown as MsgHdrs;

function natsHeaders(pairs: HeaderPairs): MsgHdrs {
  const all = headers();
  for (const [name, value] of pairs) all.append(name, value);
  return all;
}
