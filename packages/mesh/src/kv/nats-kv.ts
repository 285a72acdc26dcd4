import { type Clock, MeshError, type Random, type Subjects } from '@seedcore/protocol';
import type { Mux } from '../mux/mux.ts';
import type { ReportDefect } from '../transport/closable.ts';
import type { Transport } from '../transport/transport.ts';
import { type BucketNames, bucketNames } from './bucket-names.ts';
import { JsApi, type JsOutcome, NAME_IN_USE, refusalOf } from './js-api.ts';
import type { Kv, KvBucket, KvSpec, KvValue, KvWatch } from './kv.ts';
import { isMarker, KV_OPERATION, SEQUENCE } from './marker.ts';
import { NatsWatch } from './nats-watch.ts';
import { streamOfBucket } from './stream-of-bucket.ts';

/** What a store over the connection works with. */
export type NatsKvPorts = {
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly mux: Mux;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: ReportDefect;
  /** True when the broker offers JetStream. */
  readonly available: () => boolean;
  /** Copies of a bucket that is made here: 1, or 3 in a cluster. */
  readonly replicas: number;
  /** Hears how every question to JetStream ended. */
  readonly heard: (outcome: JsOutcome) => void;
};

/** Key-value storage by plain questions over the mesh's own inbox, so that every wait ends and nothing needs a library. */
export class NatsKv implements Kv {
  readonly #ports: NatsKvPorts;
  readonly #api: JsApi;
  readonly #buckets = new Map<string, NatsBucket>();

  constructor(ports: NatsKvPorts) {
    this.#ports = ports;
    this.#api = new JsApi(ports.mux, ports.heard);
  }

  get available(): boolean {
    return this.#ports.available();
  }

  bucket(spec: KvSpec): KvBucket {
    const bucket = this.#buckets.get(spec.name) ?? new NatsBucket(spec, this.#ports, this.#api);
    this.#buckets.set(spec.name, bucket);
    return bucket;
  }

  /** Ends every watch. */
  close(): void {
    for (const bucket of this.#buckets.values()) bucket.close();
  }
}

const EMPTY = new Uint8Array(0);
const NOT_FOUND = 404;
const DELETED = [[KV_OPERATION, 'DEL']] as const;

class NatsBucket implements KvBucket {
  readonly #spec: KvSpec;
  readonly #ports: NatsKvPorts;
  readonly #api: JsApi;
  readonly #names: BucketNames;
  readonly #watches = new Set<NatsWatch>();
  readonly #stop: () => void;
  #made: Promise<void> | undefined;

  constructor(spec: KvSpec, ports: NatsKvPorts, api: JsApi) {
    this.#spec = spec;
    this.#ports = ports;
    this.#api = api;
    this.#names = bucketNames(ports.subjects, spec);
    // The broker at the other end may be another one now, or have lost what it kept in memory.
    this.#stop = ports.transport.onState(() => this.#forget());
  }

  async get(key: string): Promise<KvValue | undefined> {
    const subject = this.#names.subject(key);
    const question = `$JS.API.DIRECT.GET.${this.#names.stream}.${subject}`;
    const message = await this.#inBucket(() => this.#api.read(question, EMPTY));
    if (message.status === NOT_FOUND) return undefined;
    const revision = Number(message.headers.get(SEQUENCE));
    return { key, revision, value: isMarker(message.headers) ? undefined : message.data };
  }

  async put(key: string, value: Uint8Array): Promise<number> {
    const subject = this.#names.subject(key);
    const ack = await this.#inBucket(() => this.#api.ask(subject, value));
    const { seq } = ack;
    if (typeof seq === 'number') return seq;
    throw new MeshError('bad_reply', { target: subject });
  }

  async delete(key: string): Promise<void> {
    const subject = this.#names.subject(key);
    await this.#inBucket(() => this.#api.ask(subject, EMPTY, DELETED));
  }

  watch(on: (change: KvValue) => void): KvWatch {
    const make = () => this.#make();
    const forget = () => this.#forget();
    const watch = new NatsWatch({ ...this.#ports, api: this.#api, names: this.#names, make, forget }, on);
    this.#watches.add(watch);
    return {
      ready: watch.ready,
      stop: () => {
        watch.stop();
        this.#watches.delete(watch);
      },
    };
  }

  /** Ends every watch. */
  close(): void {
    this.#stop();
    for (const watch of this.#watches) watch.stop();
    this.#watches.clear();
  }

  /** Asks in a bucket that is there; one that has vanished, as memory does with its broker, is made anew once. */
  async #inBucket<T>(ask: () => Promise<T>): Promise<T> {
    await this.#make();
    try {
      return await ask();
    } catch (error) {
      if (!isNoResponder(error)) throw error;
      this.#forget();
      await this.#make();
      return await ask().catch((again: unknown) => {
        throw isNoResponder(again) ? unavailable(this.#names.bucket, 'no stream takes it') : again;
      });
    }
  }

  #forget(): void {
    this.#made = undefined;
  }

  async #make(): Promise<void> {
    if (this.#spec.existing) return;
    this.#made ??= this.#create();
    const making = this.#made;
    try {
      await making;
    } catch (error) {
      if (this.#made === making) this.#made = undefined;
      throw error;
    }
  }

  async #create(): Promise<void> {
    const { bucket, stream } = this.#names;
    if (!this.#ports.available()) throw unavailable(bucket, 'the broker has no JetStream');
    const config = streamOfBucket(this.#spec, bucket, this.#ports.replicas);
    try {
      await this.#api.ask(`$JS.API.STREAM.CREATE.${stream}`, config);
    } catch (error) {
      if (refusalOf(error) === NAME_IN_USE) return;
      throw isNoResponder(error) ? unavailable(bucket, 'JetStream does not answer') : error;
    }
  }
}

const isNoResponder = (error: unknown): boolean => error instanceof MeshError && error.code === 'no_responder';

function unavailable(target: string, why: string): MeshError {
  return new MeshError('unavailable', { target, message: `${target}: ${why}`, started: false });
}
