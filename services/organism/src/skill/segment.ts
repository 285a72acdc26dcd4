import { canonicalJson, type Json, sha256 } from '@seedcore/protocol';
import type { Segment } from '@seedcore/tasks/skill';
import type { HostNote } from './skill-host.ts';

/** Longest note of progress in characters; with its tool, arguments and result it stays below 4 KiB. */
export const MAX_NOTE = 1000;
const MAX_TOOL = 64;
const MAX_VALUE_BYTES = 1400;

/** A sign of life as it travels. */
export function segmentNote(text: string, { pct, tool, args, result }: Segment): HostNote {
  return {
    note: 'progress',
    text: text.slice(0, MAX_NOTE),
    pct,
    ...(tool === undefined ? {} : { tool: tool.slice(0, MAX_TOOL) }),
    ...(args === undefined ? {} : { args: small(args) }),
    ...(result === undefined ? {} : { result: small(result) }),
  };
}

/** A large value is as good as its hash for those who compare, which is all they do. */
function small(value: unknown): Json {
  const text = JSON.stringify(value);
  if (text === undefined) return null;
  const plain: Json = JSON.parse(text);
  const bytes = Buffer.byteLength(text);
  return bytes <= MAX_VALUE_BYTES ? plain : { sha256: sha256(canonicalJson(plain)), bytes };
}
