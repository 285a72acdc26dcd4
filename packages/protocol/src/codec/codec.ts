/** Bounds of one decoding. */
export type DecodeLimits = { readonly maxBytes: number };

/** Turns values into bytes and back; `decode` builds plain values only. */
export interface Codec {
  readonly type: 'application/json' | 'application/msgpack';
  encode(value: unknown): Uint8Array;
  /** @throws CodecError naming what is wrong with the bytes */
  decode(bytes: Uint8Array, limits: DecodeLimits): unknown;
}

/** Bytes that cannot be taken; `field` is the JSON Pointer of the offending place, empty for the whole. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly field: string;

  constructor(message: string, field = '') {
    super(message);
    this.field = field;
  }
}

/** Keys that would reach an object's prototype. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** True for a key that would reach an object's prototype. */
export const isPrototypeKey = (key: string): boolean => PROTOTYPE_KEYS.has(key);
