import { type Clock, MeshError, type Timer } from '@seedcore/protocol';
import { connectionLost } from '../report/blameless.ts';
import type { HeaderPairs } from '../transport/outgoing.ts';
import type { Transport, TransportState, WireMessage } from '../transport/transport.ts';
import { cancelledBy } from './cancelled.ts';
import { Slots } from './slots.ts';
import { Listening, type RequestFacts, type Settle, Waiting } from './waiting.ts';

/** How long requests on their way may still be answered after the connection was lost, in ms. */
export const GRACE_MS = 2_000;

const STATUS_NO_RESPONDERS = 503;

/** One request: where to, what with, for how long, and on whose account. */
export type MuxRequest = {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: HeaderPairs | undefined;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What errors say about it. */
  readonly facts: RequestFacts;
};

/** Requests and their replies over one inbox subscription. */
export class Mux {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #onLate: () => void;
  readonly #slots = new Slots<Waiting>();
  readonly #prefix: string;
  readonly #stop: (() => void)[];
  #grace: Timer | undefined;

  constructor({ transport, clock, onLate }: MuxPorts) {
    this.#transport = transport;
    this.#clock = clock;
    this.#onLate = onLate;
    this.#prefix = `${transport.inbox}.`;
    const inbox = transport.subscribe(`${transport.inbox}.*`, (message) => this.#arrived(message));
    this.#stop = [transport.onState((state) => this.#onState(state)), () => inbox.unsubscribe()];
  }

  /** Requests without a reply yet. */
  get inFlight(): number {
    return this.#slots.size;
  }

  /**
   * The reply to one request.
   *
   * @throws MeshError `not_connected` and `bulkhead_full` at once, `no_responder`, `timeout`, or what the signal says
   */
  request(request: MuxRequest): Promise<WireMessage> {
    const { signal, facts } = request;
    if (signal?.aborted) return Promise.reject(cancelledBy(signal.reason, { ...facts, sent: false }));
    if (this.#transport.state !== 'up') return Promise.reject(this.#unsent('not_connected', facts));
    return new Promise((resolve, reject) => this.#send(request, new Waiting(facts, { resolve, reject })));
  }

  /**
   * Sends one request and hands over every reply to it, until the returned function is called or `reject` has been.
   * What ends it is what ends {@link Mux.request}.
   */
  listen(request: MuxRequest, settle: Settle): () => void {
    const { signal, facts } = request;
    const listening = new Listening(facts, settle);
    if (signal?.aborted) listening.reject(cancelledBy(signal.reason, { ...facts, sent: false }));
    else if (this.#transport.state !== 'up') listening.reject(this.#unsent('not_connected', facts));
    else this.#send(request, listening);
    return () => listening.end();
  }

  /** Gives up on everything that still waits. */
  close(): void {
    for (const stop of this.#stop) stop();
    this.#grace?.cancel();
    for (const waiting of [...this.#slots.values()]) waiting.reject(connectionLost(waiting.facts));
  }

  #send({ subject, data, headers, timeoutMs, signal, facts }: MuxRequest, waiting: Waiting): void {
    const token = this.#slots.take(waiting);
    if (token === undefined) {
      waiting.reject(this.#unsent('bulkhead_full', facts));
      return;
    }
    waiting.hold(() => this.#slots.release(token));
    try {
      this.#transport.publish(subject, data, { reply: `${this.#prefix}${token}`, headers });
    } catch (error) {
      waiting.reject(error);
      return;
    }
    const timer = this.#clock.after(timeoutMs, () => waiting.reject(lateError(waiting)));
    waiting.hold(() => timer.cancel());
    if (signal !== undefined) this.#watch(signal, waiting);
  }

  #watch(signal: AbortSignal, waiting: Waiting): void {
    const onAbort = () => waiting.reject(cancelledBy(signal.reason, { ...waiting.facts, sent: true }));
    signal.addEventListener('abort', onAbort, { once: true });
    waiting.hold(() => signal.removeEventListener('abort', onAbort));
  }

  #arrived(message: WireMessage): void {
    const waiting = this.#slots.get(message.subject.slice(this.#prefix.length));
    if (waiting === undefined) this.#onLate();
    else if (message.status === STATUS_NO_RESPONDERS && message.data.length === 0)
      waiting.reject(new MeshError('no_responder', { ...waiting.facts, started: false }));
    else waiting.resolve(message);
  }

  #onState(state: TransportState): void {
    this.#grace?.cancel();
    if (state === 'up') return;
    for (const waiting of this.#slots.values()) waiting.interrupted = true;
    this.#grace = this.#clock.after(state === 'closed' ? 0 : GRACE_MS, () => {
      for (const waiting of [...this.#slots.values()])
        if (waiting.interrupted) waiting.reject(connectionLost(waiting.facts));
    });
  }

  #unsent(code: 'not_connected' | 'bulkhead_full', facts: RequestFacts): MeshError {
    return new MeshError(code, { ...facts, sent: false, started: false });
  }
}

/** What a mux works with. */
export type MuxPorts = { readonly transport: Transport; readonly clock: Clock; readonly onLate: () => void };

/** A reply that may have been lost with the connection says nothing about who should have sent it. */
function lateError({ facts, interrupted }: Waiting): MeshError {
  return interrupted ? connectionLost(facts) : new MeshError('timeout', facts);
}
