import { type Clock, delay, MeshError, type Subjects } from '@seedcore/protocol';
import { type BucketNames, bucketNames } from '../kv/bucket-names.ts';
import { TRY_MS } from '../kv/js-api.ts';
import type { Kv, KvBucket, KvSpec, KvValue, KvWatch } from '../kv/kv.ts';
import type { ReportDefect } from '../transport/closable.ts';
import { notConnected } from '../transport/outgoing.ts';
import type { Transport } from '../transport/transport.ts';
import type { MemoryBuckets } from './memory-buckets.ts';

/** What a view of the buckets of a bus works with. */
export type MemoryKvPorts = {
  readonly buckets: MemoryBuckets;
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly report: ReportDefect;
};

/** One mesh's view of the buckets of its bus: nothing is read or heard while the mesh is disconnected. */
export class MemoryKv implements Kv {
  readonly #ports: MemoryKvPorts;
  readonly #watches = new Set<KvWatch>();

  constructor(ports: MemoryKvPorts) {
    this.#ports = ports;
  }

  get available(): boolean {
    return this.#ports.buckets.available;
  }

  bucket(spec: KvSpec): KvBucket {
    return new MemoryBucket(spec, this.#ports, this.#watches);
  }

  /** Ends every watch. */
  close(): void {
    for (const watch of [...this.#watches]) watch.stop();
  }
}

class MemoryBucket implements KvBucket {
  readonly #spec: KvSpec;
  readonly #ports: MemoryKvPorts;
  readonly #names: BucketNames;
  readonly #watches: Set<KvWatch>;

  constructor(spec: KvSpec, ports: MemoryKvPorts, watches: Set<KvWatch>) {
    this.#spec = spec;
    this.#ports = ports;
    this.#names = bucketNames(ports.subjects, spec);
    this.#watches = watches;
  }

  async get(key: string): Promise<KvValue | undefined> {
    this.#names.subject(key);
    await this.#reach(key);
    return this.#ports.buckets.values(this.#names.bucket).find((one) => one.key === key);
  }

  async put(key: string, value: Uint8Array): Promise<number> {
    this.#names.subject(key);
    await this.#reach(key);
    return this.#ports.buckets.write(this.#names.bucket, key, value);
  }

  async delete(key: string): Promise<void> {
    this.#names.subject(key);
    await this.#reach(key);
    this.#ports.buckets.write(this.#names.bucket, key, undefined);
  }

  watch(on: (change: KvValue) => void): KvWatch {
    const { buckets, transport, report } = this.#ports;
    const ready = Promise.withResolvers<void>();
    const hand = (change: KvValue) => {
      if (!this.#watches.has(watch) || transport.state !== 'up') return;
      try {
        on(change);
      } catch (error) {
        report(this.#names.subject(change.key), error);
      }
    };
    let end = () => {};
    const start = () => {
      if (transport.state !== 'up') return;
      end();
      if (buckets.available) end = this.#follow((change) => queueMicrotask(() => hand(change)));
      queueMicrotask(ready.resolve);
    };
    const stopState = transport.onState((state) => (state === 'up' ? start() : end()));
    const stop = () => {
      this.#watches.delete(watch);
      stopState();
      end();
      ready.resolve();
    };
    const watch = { ready: ready.promise, stop };
    this.#watches.add(watch);
    start();
    return watch;
  }

  #follow(hand: (change: KvValue) => void): () => void {
    const { buckets } = this.#ports;
    const { bucket } = this.#names;
    buckets.make(bucket, this.#spec);
    for (const value of buckets.values(bucket)) hand(value);
    return buckets.watch(bucket, hand);
  }

  /** Whatever stands between a mesh and its bucket. */
  async #reach(key: string): Promise<void> {
    const { buckets, transport, clock } = this.#ports;
    const target = this.#names.bucket;
    if (transport.state !== 'up') throw notConnected(target);
    if (!buckets.available || (this.#spec.existing && !buckets.has(target)))
      throw new MeshError('unavailable', { target, started: false });
    if (buckets.silent(key)) {
      await delay(clock, TRY_MS);
      throw new MeshError('timeout', { target });
    }
    buckets.make(target, this.#spec);
  }
}
