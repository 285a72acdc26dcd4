import { type Clock, type Random, randomText, type Timer } from '@seedcore/protocol';
import type { ReportDefect } from '../transport/closable.ts';
import type { Subscription, Transport, WireMessage } from '../transport/transport.ts';
import type { BucketNames } from './bucket-names.ts';
import { type Delivery, deliveryOf } from './delivery.ts';
import type { JsApi } from './js-api.ts';
import type { KvValue } from './kv.ts';
import { isMarker } from './marker.ts';

/** The broker says that it lives this often when there is nothing to say, in ms. */
const HEARTBEAT_MS = 5_000;
/** Silence after which the consumer is taken for lost, in ms. */
const SILENCE_MS = 12_000;
/** The broker forgets a consumer nobody listens to after this long, in ms. */
const FORGOTTEN_MS = 30_000;
/** First and longest pause before another try, in ms. */
const PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** Failures in a row that are worth a word; the first ones are start-up or a leader change. */
const TELL_AFTER = 5;
const NANOS_PER_MS = 1_000_000;
const STATUS_HEARTBEAT = 100;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** What a watch works with. */
export type NatsWatchPorts = {
  readonly api: JsApi;
  readonly names: BucketNames;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
  readonly available: () => boolean;
  /** Makes the bucket when it is not there yet. */
  readonly make: () => Promise<void>;
};

/**
 * Follows the newest value of every key. One consumer of the broker at a time; a gap in its numbers, silence or a
 * reconnect starts another one from the beginning, because what was missed cannot be known otherwise.
 */
export class NatsWatch {
  readonly #ports: NatsWatchPorts;
  readonly #on: (change: KvValue) => void;
  readonly #ready = Promise.withResolvers<void>();
  readonly #stopState: () => void;
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #consumer: string | undefined;
  #delivered = 0;
  #heardAt = 0;
  #failures = 0;
  /** Grows with every start: what belongs to an earlier one is ignored. */
  #run = 0;
  #stopped = false;

  constructor(ports: NatsWatchPorts, on: (change: KvValue) => void) {
    this.#ports = ports;
    this.#on = on;
    this.#stopState = ports.transport.onState((state) => (state === 'up' ? this.#again(0) : this.#leave()));
    void this.#start();
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Hands over nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#run += 1;
    this.#stopState();
    this.#timer?.cancel();
    this.#leave();
    this.#ready.resolve();
  }

  async #start(): Promise<void> {
    this.#run += 1;
    const run = this.#run;
    this.#leave();
    // Without a connection the next one starts anew; without JetStream there is nothing to follow on this one.
    if (this.#stopped || this.#ports.transport.state !== 'up') return;
    if (!this.#ports.available()) return this.#ready.resolve();
    try {
      await this.#ports.make();
      if (run !== this.#run) return;
      const nothing = await this.#follow(run);
      if (run !== this.#run) return;
      this.#failures = 0;
      if (nothing && this.#delivered === 0) this.#ready.resolve();
      this.#watchSilence();
    } catch (error) {
      if (run === this.#run) this.#failed(error);
    }
  }

  /** Makes the consumer; true when there was nothing to hand over. */
  async #follow(run: number): Promise<boolean> {
    const { names, transport, random, api, clock } = this.#ports;
    const name = `w${randomText(random, ALPHABET, 16)}`;
    // Three tokens, so that the inbox of plain requests, which takes one, does not see the values.
    const inbox = `${transport.inbox}.kv.${name}`;
    this.#delivered = 0;
    this.#heardAt = clock.now();
    this.#consumer = name;
    this.#subscription = transport.subscribe(inbox, (message) => {
      if (run === this.#run) this.#take(message);
    });
    const info = await api.ask(`$JS.API.CONSUMER.CREATE.${names.stream}.${name}`, {
      stream_name: names.stream,
      config: consumerConfig(name, inbox, names.subjects),
    });
    return info['num_pending'] === 0;
  }

  #take(message: WireMessage): void {
    this.#heardAt = this.#ports.clock.now();
    const delivery = deliveryOf(message.reply);
    if (message.status === STATUS_HEARTBEAT) this.#heartbeat(Number(message.headers.get('Nats-Last-Consumer') ?? 0));
    else if (delivery === undefined) return;
    else if (delivery.nth === this.#delivered + 1) this.#handOver(message, delivery);
    else this.#again(0);
  }

  #handOver(message: WireMessage, { nth, revision, pending }: Delivery): void {
    this.#delivered = nth;
    const value = isMarker(message.headers) ? undefined : message.data;
    try {
      this.#on({ key: this.#ports.names.key(message.subject), revision, value });
    } catch (error) {
      this.#ports.report(message.subject, error);
    }
    if (pending === 0) this.#ready.resolve();
  }

  #heartbeat(last: number): void {
    if (last > this.#delivered) this.#again(0);
    else this.#ready.resolve();
  }

  #watchSilence(): void {
    const { clock } = this.#ports;
    this.#timer?.cancel();
    this.#timer = clock.after(SILENCE_MS / 4, () => {
      if (clock.now() - this.#heardAt > SILENCE_MS) this.#again(0);
      else this.#watchSilence();
    });
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    if (this.#failures === TELL_AFTER) this.#ports.report(`watch of ${this.#ports.names.bucket}`, error);
    this.#again(Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** Math.min(this.#failures, 10)));
  }

  #again(pauseMs: number): void {
    if (this.#stopped) return;
    const { clock, random } = this.#ports;
    this.#run += 1;
    this.#timer?.cancel();
    this.#timer = clock.after(pauseMs * (0.5 + random.next() / 2), () => void this.#start());
  }

  #leave(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    const consumer = this.#consumer;
    this.#consumer = undefined;
    if (consumer === undefined || this.#ports.transport.state !== 'up') return;
    const gone = this.#ports.api.ask(`$JS.API.CONSUMER.DELETE.${this.#ports.names.stream}.${consumer}`, {});
    gone.catch(() => undefined); // the broker forgets it by itself after 30 s
  }
}

function consumerConfig(name: string, inbox: string, filter: string) {
  return {
    name,
    deliver_subject: inbox,
    filter_subjects: [filter],
    deliver_policy: 'last_per_subject',
    ack_policy: 'none',
    max_deliver: 1,
    mem_storage: true,
    num_replicas: 1,
    idle_heartbeat: HEARTBEAT_MS * NANOS_PER_MS,
    inactive_threshold: FORGOTTEN_MS * NANOS_PER_MS,
  };
}
