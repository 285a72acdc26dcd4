import { canonicalJson, isRecord, sha256 } from '@seedcore/protocol';
import { StoreError } from '../store-error.ts';

/** Write ids a record remembers: whoever was overtaken by more writes cannot know whether its own was made. */
export const REMEMBERED_WRITES = 24;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A stored object without its envelope, and what the envelope said. */
export type Opened = { readonly value: unknown; readonly version: number; readonly writes: readonly string[] };

/** What is put around a value. */
export type Envelope = { readonly version: number; readonly writes: readonly string[] };

/** The value as JSON with `_v` (schema version), `_w` (newest write ids) and `_h` (hash over the rest). */
export function seal(value: object, envelope: Envelope): Uint8Array {
  const body = { ...value, _v: envelope.version, _w: envelope.writes.slice(-REMEMBERED_WRITES) };
  return encoder.encode(JSON.stringify({ ...body, _h: hashOf(body) }));
}

/**
 * Takes the envelope off. A body without `_h` was written by another program and is taken as it is.
 *
 * @throws StoreError `corrupt_record` when it is no JSON object or the hash does not fit
 */
export function open(body: Uint8Array, target: string): Opened {
  const stored = parse(body, target);
  const { _h: hash, ...hashed } = stored;
  if (hash !== undefined && hash !== hashOf(hashed)) throw corrupt(target, 'its hash does not fit');
  const { _v: version, _w: writes, ...value } = hashed;
  return {
    value,
    version: typeof version === 'number' ? version : 1,
    writes: Array.isArray(writes) ? writes.filter((id) => typeof id === 'string') : [],
  };
}

/** The error for a record that cannot be used. */
export const corrupt = (target: string, why: string, cause?: unknown): StoreError =>
  new StoreError('corrupt_record', target, why, { cause });

function parse(body: Uint8Array, target: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    if (isRecord(value)) return value;
  } catch (cause) {
    throw corrupt(target, 'it is not JSON', cause);
  }
  throw corrupt(target, 'it is not an object');
}

/** 16 hex digits tell rot from truth; they are no protection against intent. */
const hashOf = (value: object): string => sha256(canonicalJson(value)).slice(0, 16);
