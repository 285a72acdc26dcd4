import { type Clock, MeshError, type Timer } from '@seedcore/protocol';
import { Wheel } from '@seedcore/resilience';
import { connectionLost } from '../report/blameless.ts';
import type { HeaderPairs } from '../transport/outgoing.ts';
import type { Transport, TransportState, WireMessage } from '../transport/transport.ts';
import { cancelledBy } from './cancelled.ts';
import type { Receiver, RequestFacts } from './receiver.ts';
import { Slots } from './slots.ts';
import { Listening, type Settle, Waiting } from './waiting.ts';

/** How long requests on their way may still be answered after the connection was lost, in ms. */
export const GRACE_MS = 2_000;

const STATUS_NO_RESPONDERS = 503;

/** One request: where to, and what with. */
export type MuxSending = {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers?: HeaderPairs | undefined;
  /** In place of `headers`, see `PublishOptions`. */
  readonly block?: string | undefined;
};

/** One request as a promise: for how long, and on whose account. */
export type MuxRequest = MuxSending & {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What errors say about it. */
  readonly facts: RequestFacts;
};

/** Requests and their replies over one inbox subscription. */
export class Mux {
  readonly #transport: Transport;
  readonly #onLate: () => void;
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  readonly #slots = new Slots<Receiver>();
  readonly #prefix: string;
  readonly #stop: (() => void)[];
  #grace: Timer | undefined;

  constructor({ transport, clock, wheel, onLate }: MuxPorts) {
    this.#transport = transport;
    this.#clock = clock;
    this.#wheel = wheel ?? new Wheel(clock);
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
   * Sends one request; `receiver` is told of its reply until the token is released.
   *
   * @returns the token
   * @throws MeshError `not_connected`, `bulkhead_full`, or what the message itself is refused for; never sent
   */
  send({ subject, data, headers, block }: MuxSending, receiver: Receiver): string {
    if (this.#transport.state !== 'up') throw unsent('not_connected', receiver.facts);
    const token = this.#slots.take(receiver);
    if (token === undefined) throw unsent('bulkhead_full', receiver.facts);
    try {
      this.#transport.publish(subject, data, { reply: this.#prefix + token, headers, block });
    } catch (error) {
      this.#slots.release(token);
      throw error;
    }
    return token;
  }

  /** Nobody waits for this reply any more; when it comes it is late. */
  release(token: string): void {
    this.#slots.release(token);
  }

  /**
   * The reply to one request.
   *
   * @throws MeshError `not_connected` and `bulkhead_full` at once, `no_responder`, `timeout`, or what the signal says
   */
  request(request: MuxRequest): Promise<WireMessage> {
    const { signal, facts } = request;
    if (signal?.aborted) return Promise.reject(cancelledBy(signal.reason, { ...facts, sent: false }));
    return new Promise((resolve, reject) => this.#await(request, new Waiting(facts, { resolve, reject })));
  }

  /**
   * Sends one request and hands over every reply to it, until the returned function is called or `reject` has been.
   * What ends it is what ends {@link Mux.request}.
   */
  listen(request: MuxRequest, settle: Settle): () => void {
    const { signal, facts } = request;
    const listening = new Listening(facts, settle);
    try {
      if (signal?.aborted) throw cancelledBy(signal.reason, { ...facts, sent: false });
      this.#await(request, listening);
    } catch (error) {
      settle.reject(error);
    }
    return () => listening.end();
  }

  /** Gives up on everything that still waits. */
  close(): void {
    for (const stop of this.#stop) stop();
    this.#grace?.cancel();
    for (const receiver of this.#slots.releaseAll()) receiver.fail(connectionLost(receiver.facts));
  }

  #await(request: MuxRequest, waiting: Waiting): void {
    const token = this.send(request, waiting);
    this.#wheel.add(waiting, this.#clock.now() + request.timeoutMs);
    waiting.wait(request.signal, () => {
      this.#slots.release(token);
      this.#wheel.remove(waiting);
    });
  }

  #arrived(message: WireMessage): void {
    const token = message.subject.slice(this.#prefix.length);
    const receiver = this.#slots.get(token);
    if (receiver?.many !== true) this.#slots.release(token);
    if (receiver === undefined) this.#onLate();
    else if (message.status === STATUS_NO_RESPONDERS && message.data.length === 0)
      receiver.fail(new MeshError('no_responder', { ...receiver.facts, started: false }));
    else receiver.reply(message);
  }

  #onState(state: TransportState): void {
    this.#grace?.cancel();
    if (state === 'up') return;
    for (const receiver of this.#slots.values()) receiver.interrupted = true;
    this.#grace = this.#clock.after(state === 'closed' ? 0 : GRACE_MS, () => {
      for (const receiver of this.#slots.releaseAll(({ interrupted }) => interrupted))
        receiver.fail(connectionLost(receiver.facts));
    });
  }
}

/** What a mux works with; a wheel of its own where none is shared. */
export type MuxPorts = {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly wheel?: Wheel | undefined;
  readonly onLate: () => void;
};

const unsent = (code: 'not_connected' | 'bulkhead_full', facts: RequestFacts): MeshError =>
  new MeshError(code, { ...facts, sent: false, started: false });
