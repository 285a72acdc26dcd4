import { isRecord, MeshError, sha256 } from '@seedcore/protocol';
import type { Objects } from '@seedcore/store';
import { z } from 'zod';

/** Values up to this size are kept where they belong, larger ones as an object that is referred to; in bytes of JSON. */
export const INLINE_BYTES = 65_536;

/** Where a large value is kept: the name of an object in `<ns>_work`, and its size in bytes of JSON. */
export const valueRef = z.strictObject({ object: z.string().max(200), bytes: z.int().positive() });
/** Where a large value is kept. */
export type ValueRef = z.output<typeof valueRef>;

/** A value, or where it is. */
export type Placed = { readonly value: unknown; readonly ref?: undefined } | { readonly ref: ValueRef };

/** What a value belongs to. */
export type Owned = {
  readonly id: string;
  readonly gen: number;
  readonly what: 'input' | 'memo' | 'result';
  readonly ttlMs: number;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keeps values too large for a record beside it; a name says what is in it, so that repeating it changes nothing. */
export class LargeValues {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** The value as it is, or its reference once it is kept. */
  async place(value: unknown, { id, gen, what, ttlMs }: Owned): Promise<Placed> {
    const text = JSON.stringify(value);
    if (text === undefined || !isLarge(text)) return { value };
    const object = `${id}.${gen}.${what}.${sha256(text).slice(0, 32)}`;
    const bytes = encoder.encode(text);
    await this.#objects.put(object, bytes, { ttlMs });
    return { ref: { object, bytes: bytes.length } };
  }

  /** @throws MeshError `unavailable` when it is not there, or not any more */
  async fetch({ object }: ValueRef): Promise<unknown> {
    const bytes = await this.#objects.get(object);
    if (bytes !== undefined) return JSON.parse(decoder.decode(bytes));
    throw new MeshError('unavailable', { target: object, message: `${object}: is not kept any more` });
  }

  /** The same, where an object is expected. */
  async fetchRecord(ref: ValueRef): Promise<Record<string, unknown>> {
    const value = await this.fetch(ref);
    if (isRecord(value)) return value;
    throw new MeshError('unavailable', { target: ref.object, message: `${ref.object}: is no object` });
  }
}

/** True for JSON that is not kept in place. */
export const isLarge = (text: string): boolean => Buffer.byteLength(text) > INLINE_BYTES;
