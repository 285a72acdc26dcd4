import { MAX_OBJECT_BYTES } from '@seedcore/store';
import type { Ended } from '../handler.ts';
import type { FullTaskSpec } from '../task-spec.ts';

/** Longest reason of a degraded result, in characters. */
const MAX_REASON = 200;

/** The end of a task whose type its worker does not know. */
export function unknownType({ type }: FullTaskSpec, known: readonly string[]): Ended {
  return {
    ok: false,
    failure: { code: 'unknown_type', details: { type, known } },
  };
}

/** A result must be JSON and fit into the record, or into an object beside it. */
export function bounded(ended: Ended): Ended {
  if (!ended.ok) return ended;
  const marked = ended.degraded && { ...ended.degraded, reason: ended.degraded.reason.slice(0, MAX_REASON) };
  const text = JSON.stringify(ended.value);
  if (text === undefined) return { ok: true, value: undefined, degraded: marked };
  const bytes = Buffer.byteLength(text);
  if (bytes <= MAX_OBJECT_BYTES) return { ok: true, value: JSON.parse(text), degraded: marked };
  return { ok: false, failure: { code: 'result_too_large', details: { bytes, limit: MAX_OBJECT_BYTES } } };
}
