/** A key-value bucket `<ns>_<name>`. */
export type BucketAsset = {
  readonly kind: 'bucket';
  readonly name: string;
  readonly doc: string;
  readonly storage: 'file' | 'memory';
  /** Values kept per key; old ones resurface when a newer one expires, so buckets with expiring keys keep 1. */
  readonly history: number;
  /** Lets single keys expire, leaving a marker for watchers. */
  readonly expiringKeys: boolean;
  /** Revisions serve as epochs: the first one is the creation time in ms, so a bucket made anew never goes back. */
  readonly epochs: boolean;
  /** Age at which every value goes; 0 keeps them. */
  readonly maxAgeMs: number;
  readonly maxConsumers: number;
};

/** A stream `SC_<ns>_<name>`. */
export type StreamAsset = {
  readonly kind: 'stream';
  readonly name: string;
  readonly doc: string;
  /** Below the namespace: `task.>` is `<ns>.task.>`. */
  readonly subjects: readonly string[];
  readonly storage: 'file' | 'memory';
  readonly maxAgeMs: number;
  /** 0 keeps every message of a subject. */
  readonly perSubject: number;
  readonly maxMessageBytes: number;
  readonly duplicateWindowMs: number;
  /** A stream of this size refuses what is new, and forgets nothing old; left out, only the account's limit holds. */
  readonly maxBytes?: number;
  /** At its size it forgets the oldest instead, for what is worth nothing as proof. */
  readonly forgets?: boolean;
  /** Takes increments only, and adds them up by subject; it cannot be changed later. */
  readonly counters?: boolean;
  /** Takes messages that the broker sends to another subject of the stream when their time has come. */
  readonly timers?: boolean;
  /** Takes messages that belong together, and stores all of them or none. */
  readonly together?: boolean;
  /** Announces each stored message once more, below the namespace: from `result.>` to `evt.result.>`. */
  readonly republish?: { readonly from: string; readonly to: string };
};

/** A NATS object store `<ns>_<name>`, for values too large for records. */
export type ObjectsAsset = {
  readonly kind: 'objects';
  readonly name: string;
  readonly doc: string;
  readonly storage: 'file' | 'memory';
  /** Age at which every object goes, whatever it was given; 0 keeps those without a time of their own. */
  readonly maxAgeMs: number;
};

/** Something the broker keeps for us. */
export type Asset = BucketAsset | StreamAsset | ObjectsAsset;

/** What provisioning did to one asset. */
export type AssetChange = {
  readonly asset: string;
  readonly change: 'none' | 'created' | 'updated';
  readonly detail?: string;
};

/** A bucket with the usual settings: on disk, one value per key, no expiry. */
export function bucketAsset(
  name: string,
  doc: string,
  settings: Partial<Omit<BucketAsset, 'kind' | 'name' | 'doc'>> = {},
): BucketAsset {
  const usual = {
    storage: 'file',
    history: 1,
    expiringKeys: false,
    epochs: false,
    maxAgeMs: 0,
    maxConsumers: 10_000,
  } as const;
  return { kind: 'bucket', name, doc, ...usual, ...settings };
}

/** An object store on disk. */
export const objectsAsset = (name: string, doc: string): ObjectsAsset => ({
  ...{ kind: 'objects', name, doc, storage: 'file', maxAgeMs: 0 },
});

/** A stream with the usual settings: on disk, every message kept until `maxAgeMs`. */
export function streamAsset(
  name: string,
  doc: string,
  settings: Pick<StreamAsset, 'subjects' | 'maxAgeMs'> & Partial<Omit<StreamAsset, 'kind' | 'name' | 'doc'>>,
): StreamAsset {
  const usual = { storage: 'file', perSubject: 0, maxMessageBytes: 262_144, duplicateWindowMs: 120_000 } as const;
  return { kind: 'stream', name, doc, ...usual, ...settings };
}
