import {
  type Clock,
  type Codec,
  DEFAULT_CREDIT,
  type Endpoint,
  headerNames,
  Inflow,
  jsonCodec,
  MeshError,
  parseStreamFrame,
  type Subjects,
  type Timer,
} from '@seedcore/protocol';
import { type Answer, badReply, readAnswer, readItem } from '../client/answer.ts';
import type { CallTarget } from '../client/call-target.ts';
import { readLoad } from '../client/load-report.ts';
import type { RequestFacts } from '../mux/receiver.ts';
import type { Settle } from '../mux/waiting.ts';
import type { Transport, WireMessage } from '../transport/transport.ts';

/** So long without a frame, and its writer is taken for lost, in ms. */
export const IDLE_MS = 30_000;

/** What one attempt at a stream reads with. */
export type StreamReaderParts = {
  readonly target: CallTarget;
  readonly schema: NonNullable<Endpoint['stream']>;
  readonly codec: Codec;
  readonly facts: RequestFacts;
  /** Told of a reply that does not fit and is taken all the same. */
  readonly misfit: (error: MeshError) => void;
  /** Id of the call, for credit and cancel. */
  readonly call: string;
  readonly clock: Clock;
  readonly transport: Transport;
  readonly subjects: Subjects;
  /** Fetches a reply that only says where it is. */
  readonly whole: (message: WireMessage) => Promise<WireMessage>;
};

/** One streamed reply as it arrives: items wait here for their reader, never more than the credit says. */
export class StreamReader implements Settle {
  readonly #parts: StreamReaderParts;
  readonly #inflow = new Inflow(DEFAULT_CREDIT);
  readonly #opened = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Answer>();
  readonly #items: unknown[] = [];
  readonly #waiting: PromiseWithResolvers<IteratorResult<unknown, undefined>>[] = [];
  #close: () => void = () => undefined;
  #over = false;
  #error: { readonly reason: unknown } | undefined;
  #instance: string | undefined;
  #owed = 0;
  #heardAt: number;
  #idle: Timer;

  constructor(parts: StreamReaderParts) {
    this.#parts = parts;
    this.#instance = parts.facts.instance;
    this.#heardAt = parts.clock.now();
    this.#idle = parts.clock.after(IDLE_MS, () => this.#checkIdle());
    // Whoever reads the items hears of the failure there.
    this.#ended.promise.catch(() => undefined);
  }

  /** Resolves with the first item or the end; from then on nothing is tried again. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** The answer behind the last item. */
  get ended(): Promise<Answer> {
    return this.#ended.promise;
  }

  /** Has `close` called when nothing more is expected. */
  closes(close: () => void): void {
    this.#close = close;
    if (this.#over) close();
  }

  /** The next item, in order; done after the last, and once rejected with what ended the stream too early. */
  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#consumed();
      return Promise.resolve({ value, done: false });
    }
    this.#sendCredit();
    if (this.#error !== undefined) return Promise.reject(this.#error.reason);
    if (this.#over) return Promise.resolve(DONE);
    const waiting = Promise.withResolvers<IteratorResult<unknown, undefined>>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** A message has arrived for this stream. */
  resolve(message: WireMessage): void {
    if (this.#over) return;
    this.#heardAt = this.#parts.clock.now();
    try {
      this.#take(message);
    } catch (error) {
      this.reject(error);
    }
  }

  /** Nothing more will arrive, or nothing more is wanted: the writer is told. */
  reject(error: unknown): void {
    if (this.#over) return;
    if (error instanceof MeshError && error.sent && error.code !== 'no_responder') this.#cancel();
    this.#stop();
    this.#fail(error);
  }

  #take(message: WireMessage): void {
    const text = message.headers.get(headerNames.frame);
    this.#instance ??= readLoad(message.headers)?.instance;
    if (text === undefined) this.#takeUnframed(message);
    else this.#takeFrame(message, text);
  }

  #takeFrame(message: WireMessage, text: string): void {
    const frame = parseStreamFrame(text);
    const taken = frame === undefined ? 'malformed' : this.#inflow.take(frame);
    if (taken === 'item') this.#hand(readItem(message, this.#parts.schema, this.#reading()));
    else if (taken === 'end' || taken === 'error') this.#finish(message);
    else if (taken === 'gap')
      throw new MeshError('timeout', { ...this.#parts.facts, details: { reason: 'stream_gap' } });
    else if (taken === 'overrun') throw badReply(this.#reading(), 'more items than it was allowed', {});
    else if (taken === 'malformed') throw badReply(this.#reading(), `${headerNames.frame} is malformed`, {});
  }

  /** A refusal, or somebody who does not stream, answers once; in the midst of a stream that could hide a hole. */
  #takeUnframed(message: WireMessage): void {
    if (!this.#inflow.untouched && message.headers.get(headerNames.errorCode) === undefined)
      throw badReply(this.#reading(), 'an unnumbered message within a stream', {});
    this.#finish(message);
  }

  #hand(value: unknown): void {
    this.#opened.resolve();
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(value);
    else {
      this.#consumed();
      waiting.resolve({ value, done: false });
    }
  }

  #consumed(): void {
    this.#owed += this.#inflow.consume();
    this.#sendCredit();
  }

  /** Kept back while the connection is down; an instance that never names itself cannot be given more. */
  #sendCredit(): void {
    const { transport, subjects, target, call } = this.#parts;
    if (this.#owed === 0 || this.#over || this.#instance === undefined || transport.state !== 'up') return;
    const subject = subjects.instance(target.service, this.#instance, 'credit');
    transport.publish(subject, jsonCodec.encode({ add: this.#owed }), { headers: [[headerNames.call, call]] });
    this.#owed = 0;
  }

  #cancel(): void {
    const { transport, subjects, target, call } = this.#parts;
    if (transport.state !== 'up') return;
    const known = this.#instance;
    const subject = known === undefined ? subjects.cancel(call) : subjects.instance(target.service, known, 'cancel');
    transport.publish(subject, jsonCodec.encode({}), { headers: [[headerNames.call, call]] });
  }

  #finish(message: WireMessage): void {
    this.#stop();
    this.#answer(message).then(
      (answer) => this.#succeed(answer),
      (error: unknown) => this.#fail(error),
    );
  }

  async #answer(message: WireMessage): Promise<Answer> {
    const away = message.headers.get(headerNames.ref) !== undefined;
    return readAnswer(away ? await this.#parts.whole(message) : message, this.#reading());
  }

  #succeed(answer: Answer): void {
    this.#opened.resolve();
    this.#ended.resolve(answer);
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
  }

  #fail(reason: unknown): void {
    this.#error = { reason };
    this.#opened.reject(reason);
    this.#ended.reject(reason);
    for (const waiting of this.#waiting.splice(0)) waiting.reject(reason);
  }

  #stop(): void {
    this.#over = true;
    this.#idle.cancel();
    this.#close();
  }

  #checkIdle(): void {
    const { clock, facts } = this.#parts;
    const leftMs = this.#heardAt + IDLE_MS - clock.now();
    if (leftMs > 0) this.#idle = clock.after(leftMs, () => this.#checkIdle());
    else this.reject(new MeshError('timeout', { ...facts, details: { reason: 'stream_idle' } }));
  }

  #reading() {
    const { target, codec, facts, misfit } = this.#parts;
    const instance = this.#instance;
    return { target, codec, misfit, facts: { ...facts, ...(instance === undefined ? {} : { instance }) } };
  }
}

const DONE = { value: undefined, done: true } as const;
