/** A value too large for a record, and since when it is kept. */
export type KeptObject = { readonly name: string; readonly at: Date };

/** Values too large for records, in a NATS object store: each is written as a whole or not at all, and never changed. */
export interface Objects {
  /**
   * Keeps `bytes` under `name` for `ttlMs`; what is there already stays, so a name says what is in it.
   *
   * @throws StoreError `invalid_value` when there are more than {@link MAX_OBJECT_BYTES}
   */
  put(name: string, bytes: Uint8Array, options: { readonly ttlMs: number }): Promise<void>;
  /** Undefined when nothing is kept under `name`, or not any more. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** As {@link get}, but what is not whole is handed out too, and said to be so: for those who look after what is kept. */
  inspect(name: string): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean } | undefined>;
  remove(name: string): Promise<void>;
  /** Some of what is kept, `limit` of it at most: all, when there is less, else a random part. */
  some(limit: number): Promise<readonly KeptObject[]>;
}

/** Largest object. */
export const MAX_OBJECT_BYTES = 8 * 1024 * 1024;
