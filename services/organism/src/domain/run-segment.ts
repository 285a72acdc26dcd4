import type { RunSegment } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';
import type { RunFacts } from './build-outcome.ts';

/** Largest segment, in bytes of JSON. */
export const MAX_SEGMENT_BYTES = 4096;
/** Longest note, and of one that would be larger even so: JSON takes up to six bytes for a character. */
const MAX_NOTE = 1000;
const SHORT_NOTE = 500;

/** What a run said, and when. */
export type Said = {
  readonly note: string;
  readonly pct?: number;
  readonly tool?: string;
  readonly args?: unknown;
  readonly result?: unknown;
};

/** A segment as it travels, at most 4 KiB: where that is not enough, hashes stand for what a tool was given and brought. */
export function runSegment(
  { task_id, attempt, epoch }: RunFacts,
  place: { readonly seq: number; readonly at_ms: number },
  { note, ...call }: Said,
): RunSegment {
  const whole = { task_id, attempt, epoch, ...place, note: note.slice(0, MAX_NOTE), ...call };
  if (bytesOf(whole) <= MAX_SEGMENT_BYTES) return whole;
  const { args, result, ...rest } = whole;
  const hashed = {
    ...rest,
    ...(args === undefined ? {} : { args: hashOf(args) }),
    ...(result === undefined ? {} : { result: hashOf(result) }),
  };
  return bytesOf(hashed) <= MAX_SEGMENT_BYTES ? hashed : { ...hashed, note: note.slice(0, SHORT_NOTE) };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
const hashOf = (value: unknown) => ({ sha256: sha256(canonicalJson(value)) });
