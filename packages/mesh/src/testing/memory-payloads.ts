import { createHash } from 'node:crypto';
import type { PayloadRef } from '@seedcore/protocol';
import { checkFound, checkRef, gone } from '../payload/check-ref.ts';
import type { Payloads, PayloadWait } from '../payload/payloads.ts';

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex');

/** Large bodies in memory; the bodies themselves are at hand for tests to spoil. */
export class MemoryPayloads implements Payloads {
  readonly bucket: string;
  readonly bodies: Map<string, Uint8Array>;
  /** Set to false it is a broker without JetStream. */
  available = true;

  constructor(bucket: string, bodies: Map<string, Uint8Array>) {
    this.bucket = bucket;
    this.bodies = bodies;
  }

  async put(body: Uint8Array): Promise<PayloadRef> {
    const name = `p${this.bodies.size}-${sha256(body).slice(0, 16)}`;
    this.bodies.set(name, body.slice());
    return { bucket: this.bucket, name, size: body.length, sha256: sha256(body) };
  }

  async get(ref: PayloadRef, { maxBytes }: PayloadWait & { readonly maxBytes: number }): Promise<Uint8Array> {
    checkRef(ref, { bucket: this.bucket, maxBytes });
    const body = this.bodies.get(ref.name);
    if (body === undefined) throw gone(ref);
    checkFound(ref, { size: body.length, sha256: sha256(body) });
    return body;
  }

  async delete({ name }: PayloadRef): Promise<void> {
    this.bodies.delete(name);
  }
}
