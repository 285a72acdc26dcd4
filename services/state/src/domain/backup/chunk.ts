import { z } from 'zod';
import type { KeptRecord } from './kept-record.ts';

/** A chunk ends when it has come to this size, in bytes; a single record may be larger. */
export const CHUNK_BYTES = 4 * 1024 * 1024;

const NEWLINE = 10;
const head = z.strictObject({
  key: z.string(),
  rev: z.int(),
  at: z.iso.datetime(),
  ttl_ms: z.int().optional(),
  bytes: z.int().nonnegative(),
});

/** Records as one piece of bytes: for each a line of JSON that describes it, then what was stored, and a newline. */
export function encodeChunk(records: readonly KeptRecord[]): Uint8Array {
  const pieces = records.flatMap(({ key, rev, at, ttlMs, body }) => {
    const ttl = ttlMs === undefined ? {} : { ttl_ms: ttlMs };
    const line = JSON.stringify({ key, rev, at: at.toISOString(), ...ttl, bytes: body.length });
    return [Buffer.from(`${line}\n`), body, Buffer.from('\n')];
  });
  return Buffer.concat(pieces);
}

/** @throws Error when the bytes are no chunk: their hash was compared before, so that this is a defect */
export function decodeChunk(bytes: Uint8Array): KeptRecord[] {
  const records: KeptRecord[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end < 0) throw new Error(`a line of a chunk has no end, at byte ${at}`);
    const line = head.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(at, end))));
    const body = bytes.subarray(end + 1, end + 1 + line.bytes);
    const { key, rev, ttl_ms: ttlMs } = line;
    records.push({ key, rev, at: new Date(line.at), ttlMs, body });
    at = end + 2 + line.bytes;
  }
  return records;
}
