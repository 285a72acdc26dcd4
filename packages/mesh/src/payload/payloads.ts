import type { PayloadRef } from '@seedcore/protocol';

/** How long an operation may take: until a moment of the process's clock, or until the signal aborts. */
export type PayloadWait = { readonly until: number; readonly signal?: AbortSignal | undefined };

/**
 * Bodies too large to travel in a message, each under a random name until it is deleted, an hour at most. Every method
 * throws MeshError when the broker cannot help in time.
 */
export interface Payloads {
  /** The only bucket that is written to and read from: `<ns>_payloads`. */
  readonly bucket: string;
  /** False without JetStream: what does not fit into one message is then refused. */
  readonly available: boolean;
  put(body: Uint8Array, wait: PayloadWait): Promise<PayloadRef>;
  /** @throws CodecError for another bucket, more than `maxBytes`, a body that is gone, or one with another size or hash */
  get(ref: PayloadRef, wait: PayloadWait & { readonly maxBytes: number }): Promise<Uint8Array>;
  /** Deletes a body; one that is gone already is no error. */
  delete(ref: PayloadRef): Promise<void>;
}
