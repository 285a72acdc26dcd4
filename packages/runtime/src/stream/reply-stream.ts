import type { Transport } from '@seedcore/mesh';
import {
  type Clock,
  type Codec,
  type Endpoint,
  formatStreamFrame,
  headerNames,
  MAX_CREDIT,
  MeshError,
  Outflow,
  type StreamFrame,
  type StreamWriter,
  type Timer,
  validate,
} from '@seedcore/protocol';
import type { LoadReport } from '../serve/load-report.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** A handler with nothing to say gives a sign of life this often, in ms. */
export const BEAT_MS = 10_000;
/** A reader that takes nothing for so long is taken for lost, in ms. */
export const STALL_MS = 30_000;

/** Whose stream it is and where it goes. */
export type ReplyStreamParts = {
  readonly endpoint: ServedEndpoint;
  readonly schema: NonNullable<Endpoint['stream']>;
  readonly to: string;
  readonly codec: Codec;
  /** Items the reader can take at first. */
  readonly credit: number;
};

/** What it is written with. */
export type ReplyStreamPorts = {
  readonly transport: Pick<Transport, 'publish' | 'maxPayload'>;
  readonly clock: Clock;
  readonly load: LoadReport;
};

type Waiter = PromiseWithResolvers<void> & { readonly data: Uint8Array };

/** The items of one streamed reply on their way out; `stalled` ends the call when its reader takes nothing any more. */
export class ReplyStream implements StreamWriter<unknown> {
  readonly #parts: ReplyStreamParts;
  readonly #ports: ReplyStreamPorts;
  readonly #stalled: (error: MeshError) => void;
  readonly #outflow: Outflow;
  readonly #waiting: Waiter[] = [];
  #closed: MeshError | undefined;
  #sentAt: number;
  #beat: Timer;
  #stall: Timer | undefined;

  constructor(parts: ReplyStreamParts, ports: ReplyStreamPorts, stalled: (error: MeshError) => void) {
    this.#parts = parts;
    this.#ports = ports;
    this.#stalled = stalled;
    this.#outflow = new Outflow(parts.credit);
    this.#sentAt = ports.clock.now();
    this.#beat = ports.clock.after(BEAT_MS, () => this.#beatIfSilent());
  }

  async write(item: unknown): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    const data = this.#encoded(item);
    if (this.#outflow.open && this.#waiting.length === 0) this.#send(this.#outflow.item(), data);
    else await this.#waitForCredit(data);
  }

  /** The reader has room for `add` more items. */
  grant(add: number): void {
    if (this.#closed !== undefined) return;
    this.#outflow.grant(add);
    this.#stall?.cancel();
    this.#stall = undefined;
    while (this.#outflow.open && this.#waiting.length > 0) this.#sendWaiting();
    if (this.#waiting.length > 0) this.#watchStall();
  }

  /** Nothing follows but the reply: its frame. */
  end(kind: 'end' | 'error'): string {
    const frame = formatStreamFrame(this.#outflow.end(kind));
    this.close();
    return frame;
  }

  /** Nobody reads any more. */
  close(): void {
    if (this.#closed !== undefined) return;
    const { target } = this.#parts.endpoint;
    this.#closed = new MeshError('cancelled', { target, message: `${target}: the stream is over` });
    this.#beat.cancel();
    this.#stall?.cancel();
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#closed);
  }

  /** An item that does not keep the contract is a defect of its handler. */
  #encoded(item: unknown): Uint8Array {
    const { schema, codec, endpoint } = this.#parts;
    const checked = validate(schema, item);
    if (!checked.ok) throw new TypeError(`item: ${checked.problems[0]?.field} ${checked.problems[0]?.message}`);
    const data = codec.encode(checked.value);
    const limit = Math.min(endpoint.contract.maxBytes, this.#ports.transport.maxPayload - FRAME_HEADERS);
    if (data.length > limit) throw new RangeError(`item of ${data.length} bytes is larger than ${limit}`);
    return data;
  }

  #waitForCredit(data: Uint8Array): Promise<void> {
    if (this.#waiting.length >= MAX_CREDIT) throw new RangeError(`${MAX_CREDIT} writes wait: await write()`);
    const waiter: Waiter = { ...Promise.withResolvers<void>(), data };
    this.#waiting.push(waiter);
    this.#watchStall();
    return waiter.promise;
  }

  #sendWaiting(): void {
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return;
    try {
      this.#send(this.#outflow.item(), waiter.data);
      waiter.resolve();
    } catch (error) {
      waiter.reject(error);
    }
  }

  #watchStall(): void {
    this.#stall ??= this.#ports.clock.after(STALL_MS, () => {
      const { target } = this.#parts.endpoint;
      const error = new MeshError('timeout', { target, details: { reason: 'no_credit' } });
      const waiting = this.#waiting.splice(0);
      this.#stalled(error);
      for (const waiter of waiting) waiter.reject(error);
    });
  }

  #send(frame: StreamFrame, data: Uint8Array): void {
    const { transport, clock, load } = this.#ports;
    const { to, endpoint } = this.#parts;
    const framed = [headerNames.frame, formatStreamFrame(frame)] as const;
    const first = frame.seq === 0 || frame.kind === 'beat';
    const headers = first ? [framed, [headerNames.load, load.now(endpoint, 0)] as const] : [framed];
    transport.publish(to, data, { headers });
    this.#sentAt = clock.now();
  }

  #beatIfSilent(): void {
    const { clock } = this.#ports;
    const silentMs = clock.now() - this.#sentAt;
    this.#beat = clock.after(silentMs >= BEAT_MS ? BEAT_MS : BEAT_MS - silentMs, () => this.#beatIfSilent());
    if (silentMs >= BEAT_MS) this.#trySign();
  }

  /** Without a connection there is nobody to give a sign to. */
  #trySign(): void {
    try {
      this.#send(this.#outflow.beat(), NOTHING);
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
    }
  }
}

const NOTHING = new Uint8Array(0);
/** Bytes the headers of a frame may take of a message. */
const FRAME_HEADERS = 512;
