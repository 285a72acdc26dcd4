/** How a bucket is made when it is not there yet; one that exists is used as it is. */
export type KvSpec = {
  /** Below the namespace: `presence` is the bucket `<ns>_presence`. */
  readonly name: string;
  readonly doc: string;
  readonly storage: 'memory' | 'file';
  /** Values kept per key, 1 to 64. */
  readonly history: number;
  /** Age at which every value goes, in ms; 0 keeps them. Watchers are not told: they keep time themselves. */
  readonly maxAgeMs: number;
  /** Made by somebody else: it is never made here, and until it exists a watch waits and everything else is refused. */
  readonly existing?: true;
};

/** One value of a bucket; `value` is undefined once it was deleted. */
export type KvValue = { readonly key: string; readonly revision: number; readonly value: Uint8Array | undefined };

/** A watch in progress. */
export type KvWatch = {
  /** Resolves when every value that was there at the start has been handed over; at once without JetStream. */
  readonly ready: Promise<void>;
  stop(): void;
};

/**
 * One bucket, made on first use. Every method throws MeshError: `not_connected` without a connection, `unavailable`
 * without JetStream, `timeout` when the broker does not answer.
 */
export interface KvBucket {
  get(key: string): Promise<KvValue | undefined>;
  /** Stores a value and returns its revision. */
  put(key: string, value: Uint8Array): Promise<number>;
  delete(key: string): Promise<void>;
  /**
   * Current values first (a key that was deleted may be among them, without a value), then each change, in order; goes on
   * by itself after a reconnect, repeating current values. What `on` throws is reported and stops nothing.
   */
  watch(on: (change: KvValue) => void): KvWatch;
}

/** The little of key-value storage that calling and hosting need; the package `store` has the rest. */
export interface Kv {
  /** False when the broker has no JetStream: what needs it is then off, and says so. */
  readonly available: boolean;
  bucket(spec: KvSpec): KvBucket;
}
