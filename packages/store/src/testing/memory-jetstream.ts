import { subjectMatches } from '@seedcore/mesh/testing';
import type { Clock } from '@seedcore/protocol';
import type { Asset, AssetChange } from '../asset.ts';
import type { Message, Stop, WriteOptions, Written, WrittenTogether } from '../broker/broker.ts';
import type { ConsumerSpec } from '../broker/delivery.ts';
import { streamConfig } from '../nats/stream-config.ts';
import { MemoryConsumer } from './memory-consumer.ts';
import { MemoryStream } from './memory-stream.ts';

type Listener = { readonly pattern: string; readonly take: (subject: string, body: Uint8Array) => void };

/** A broker in memory that several `MemoryBroker`s connect to, as processes do. */
export class MemoryJetStream {
  readonly clock: Clock;
  readonly ns: string;
  /** Room on its disk; what does not fit is refused. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** What the account is told of it; left out, nothing, as on a broker whose accounts have no limit of their own. */
  limitBytes: number | undefined;
  readonly #streams = new Map<string, MemoryStream>();
  readonly #consumers = new Map<string, MemoryConsumer>();
  readonly #republished = new Map<string, { readonly from: string; readonly to: string }>();
  readonly #listeners = new Set<Listener>();

  constructor(clock: Clock, ns = 'test') {
    this.clock = clock;
    this.ns = ns;
  }

  provision(asset: Asset): AssetChange {
    const {
      name: stream,
      subjects: taken = [],
      max_msgs_per_subject: kept = -1,
    } = streamConfig(asset, {
      ns: this.ns,
      replicas: 1,
    });
    if (this.#streams.has(stream)) return { asset: stream, change: 'none' };
    const config = {
      name: stream,
      subjects: taken,
      perSubject: Math.max(0, kept),
      firstSeq: asset.kind === 'bucket' && asset.epochs ? this.clock.wallMs() : 1,
      markers: asset.kind === 'bucket' && asset.expiringKeys,
      duplicateWindowMs: asset.kind === 'stream' ? asset.duplicateWindowMs : 120_000,
      counters: asset.kind === 'stream' && asset.counters === true,
      full: () => !this.hasRoom(0),
    };
    this.#streams.set(stream, new MemoryStream(config, this.clock));
    if (asset.kind === 'stream' && asset.republish !== undefined) this.#republished.set(stream, asset.republish);
    return { asset: stream, change: 'created' };
  }

  drop(asset: Asset): void {
    this.#streams.delete(streamConfig(asset, { ns: this.ns, replicas: 1 }).name);
  }

  /** Names of all streams, sorted. */
  get names(): readonly string[] {
    return [...this.#streams.keys()].sort();
  }

  /** What everything takes. */
  get usedBytes(): number {
    return [...this.#streams.values()].reduce((sum, stream) => sum + stream.bytes, 0);
  }

  /** As the real one, it refuses by what is there before anything makes way. */
  hasRoom(bytes: number): boolean {
    return this.capacityBytes === Number.POSITIVE_INFINITY || this.usedBytes + bytes <= this.capacityBytes;
  }

  stream(name: string): MemoryStream | undefined {
    return this.#streams.get(name);
  }

  /** Stores in whatever stream takes the subject; undefined when none does. */
  write(subject: string, body: Uint8Array, options: WriteOptions): Written | undefined {
    const stream = this.#homeOf(subject);
    const written = stream?.add(subject, body, options);
    if (stream !== undefined && written?.ok && !written.duplicate) this.#republish(stream, subject, body);
    return written;
  }

  /** Stores all of them, or none because the newest message of a subject is another than expected. */
  writeTogether(messages: readonly Message[]): WrittenTogether {
    const fits = messages.every(({ subject, options: { expect } }) => {
      return expect === undefined || expect === (this.#homeOf(subject)?.last(subject)?.seq ?? 0);
    });
    if (!fits) return { ok: false, refused: 'wrong_sequence' };
    const repeated = messages.some(({ subject, options: { messageId } }) => this.#homeOf(subject)?.knows(messageId));
    if (repeated) return { ok: false, refused: 'repeated' };
    const written = messages.map(({ subject, body, options }) => this.write(subject, body, options)).at(-1);
    return written?.ok ? { ok: true, seq: written.seq } : { ok: false, refused: 'incomplete' };
  }

  consumer(stream: string, spec: ConsumerSpec): void {
    const found = this.#consumers.get(`${stream} ${spec.name}`);
    const home = this.#streams.get(stream);
    if (found !== undefined) found.spec = spec;
    else if (home !== undefined)
      this.#consumers.set(`${stream} ${spec.name}`, new MemoryConsumer(home, spec, this.clock));
  }

  consumerOf(stream: string, name: string): MemoryConsumer | undefined {
    return this.#consumers.get(`${stream} ${name}`);
  }

  consumers(stream: string): MemoryConsumer[] {
    return [...this.#consumers].filter(([name]) => name.startsWith(`${stream} `)).map(([, consumer]) => consumer);
  }

  /** To everybody listening now, after the present turn; a publish into a stream is stored as well. */
  publish(subject: string, body: Uint8Array): void {
    if (this.hasRoom(subject.length + body.length)) this.write(subject, body, {});
    this.#announce(subject, body);
  }

  listen(pattern: string, take: (subject: string, body: Uint8Array) => void): Stop {
    const listener: Listener = { pattern, take };
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  #homeOf(subject: string): MemoryStream | undefined {
    return [...this.#streams.values()].find((one) => one.takes(subject));
  }

  #announce(subject: string, body: Uint8Array): void {
    for (const listener of this.#listeners)
      if (subjectMatches(listener.pattern, subject))
        queueMicrotask(() => this.#listeners.has(listener) && listener.take(subject, body));
  }

  #republish(stream: MemoryStream, subject: string, body: Uint8Array): void {
    const rule = this.#republished.get(stream.config.name);
    if (rule === undefined) return;
    const from = `${this.ns}.${rule.from.slice(0, -1)}`;
    if (subject.startsWith(from))
      this.#announce(`${this.ns}.${rule.to.slice(0, -1)}${subject.slice(from.length)}`, body);
  }
}
