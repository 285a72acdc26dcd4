import { createHash } from 'node:crypto';
import { type Clock, jsonCodec, MeshError, type PayloadRef, type Random, randomText } from '@seedcore/protocol';
import type { Mux } from '../mux/mux.ts';
import { checkFound, checkRef, gone } from './check-ref.ts';
import { type ApiWait, base64Url, ObjectBucket } from './object-bucket.ts';
import type { Payloads, PayloadWait } from './payloads.ts';

/** Bytes of one stored message; well below what a broker takes. */
const CHUNK_BYTES = 262_144;
/** Time a deletion may take, in ms: nobody waits for it. */
const DELETE_MS = 10_000;
const NAME_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const NAME_LENGTH = 22;

/** What large bodies go through. */
export type PayloadPorts = {
  readonly bucket: string;
  readonly mux: Mux;
  readonly clock: Clock;
  readonly random: Random;
  /** Whether the broker has JetStream at present. */
  readonly jetStream: () => boolean;
};

/** Large bodies as objects of a JetStream object store, readable by every NATS client that knows object stores. */
export class ObjectPayloads implements Payloads {
  readonly bucket: string;
  readonly #ports: PayloadPorts;
  readonly #objects: ObjectBucket;
  #made: Promise<void> | undefined;

  constructor(ports: PayloadPorts) {
    this.bucket = ports.bucket;
    this.#ports = ports;
    this.#objects = new ObjectBucket(ports.mux, ports.bucket);
  }

  get available(): boolean {
    return this.#ports.jetStream();
  }

  async put(body: Uint8Array, wait: PayloadWait): Promise<PayloadRef> {
    await this.#make(wait);
    const name = randomText(this.#ports.random, NAME_ALPHABET, NAME_LENGTH);
    const hash = createHash('sha256');
    try {
      for (let at = 0; at < body.length; at += CHUNK_BYTES) {
        const chunk = body.subarray(at, at + CHUNK_BYTES);
        hash.update(chunk);
        await this.#objects.store(this.#objects.chunks(name), chunk, this.#left(wait));
      }
      const digest = hash.digest();
      const described = this.#described(name, body.length, digest);
      await this.#objects.store(this.#objects.meta(name), described, this.#left(wait));
      return { bucket: this.bucket, name, size: body.length, sha256: digest.toString('hex') };
    } catch (error) {
      throw this.#unsent(error);
    }
  }

  async get(ref: PayloadRef, wait: PayloadWait & { readonly maxBytes: number }): Promise<Uint8Array> {
    checkRef(ref, { bucket: this.bucket, maxBytes: wait.maxBytes });
    const hash = createHash('sha256');
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let seq = 1; size < ref.size; ) {
      const chunk = await this.#objects.next(this.#objects.chunks(ref.name), seq, this.#left(wait));
      if (chunk === undefined) throw gone(ref);
      hash.update(chunk.data);
      chunks.push(chunk.data);
      size += chunk.data.length;
      seq = chunk.seq + 1;
    }
    checkFound(ref, { size, sha256: hash.digest('hex') });
    return Buffer.concat(chunks);
  }

  async delete({ name }: PayloadRef): Promise<void> {
    const wait = { until: this.#ports.clock.now() + DELETE_MS };
    await this.#objects.purge(this.#objects.meta(name), this.#left(wait));
    await this.#objects.purge(this.#objects.chunks(name), this.#left(wait));
  }

  /** The bucket is made on first use; a failure is forgotten, so that the next call tries again. */
  #make(wait: PayloadWait): Promise<void> {
    this.#made ??= this.#objects.create(this.#left(wait)).catch((error: unknown) => {
      this.#made = undefined;
      throw this.#unsent(error);
    });
    return this.#made;
  }

  #left({ until, signal }: PayloadWait): ApiWait {
    return { leftMs: until - this.#ports.clock.now(), signal };
  }

  /** What failed was storing the body: whoever it is for has heard of nothing. */
  #unsent(error: unknown): unknown {
    if (!(error instanceof MeshError)) return error;
    if (error.code === 'no_responder') this.#made = undefined;
    const known = error.code === 'no_responder' || error.code === 'timeout' ? 'unavailable' : error.code;
    const { target, message, details } = error;
    return new MeshError(known, { target, message, details, sent: false, started: false, cause: error });
  }

  #described(name: string, size: number, digest: Uint8Array): Uint8Array {
    return jsonCodec.encode({
      name,
      nuid: name,
      bucket: this.bucket,
      size,
      chunks: Math.ceil(size / CHUNK_BYTES),
      mtime: new Date(this.#ports.clock.wallMs()).toISOString(),
      digest: `SHA-256=${base64Url(digest)}`,
      options: { max_chunk_size: CHUNK_BYTES },
    });
  }
}
