import { MAX_OBJECT_BYTES } from '@seedcore/store';
import type { Ended } from '../handler.ts';
import type { FullTaskSpec } from '../task-spec.ts';

/** Longest reason of a degraded result, in characters. */
const MAX_REASON = 200;
/** Most that is kept in the record to be delivered, in bytes of JSON: 48 KiB, and 1 KiB to say whose it is. */
const MAX_EXT_BYTES = 50_176;

/** The end of a task whose type its worker does not know. */
export function unknownType({ type }: FullTaskSpec, known: readonly string[]): Ended {
  return {
    ok: false,
    failure: { code: 'unknown_type', details: { type, known } },
  };
}

/** A result must be JSON and fit into the record, or into an object beside it; what is to be delivered into the record. */
export function bounded(ended: Ended): Ended {
  if (!ended.ok) return ended;
  const marked = ended.degraded && { ...ended.degraded, reason: ended.degraded.reason.slice(0, MAX_REASON) };
  const value = asJson(ended.value);
  const ext = asJson(ended.ext);
  if (value.bytes > MAX_OBJECT_BYTES) return tooLarge('result_too_large', value.bytes, MAX_OBJECT_BYTES);
  if (ext.bytes > MAX_EXT_BYTES) return tooLarge('ext_too_large', ext.bytes, MAX_EXT_BYTES);
  return { ok: true, value: value.plain, degraded: marked, ext: ext.plain };
}

/** A value as it comes back from JSON, and its size there. */
function asJson(value: unknown): { readonly plain: unknown; readonly bytes: number } {
  const text = JSON.stringify(value);
  return text === undefined
    ? { plain: undefined, bytes: 0 }
    : { plain: JSON.parse(text), bytes: Buffer.byteLength(text) };
}

const tooLarge = (code: string, bytes: number, limit: number): Ended => ({
  ok: false,
  failure: { code, details: { bytes, limit } },
});
