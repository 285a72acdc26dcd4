import type { Stored } from '@seedcore/store';
import type { Write } from './store-history.ts';

const decoder = new TextDecoder();

/** One message of a bucket as a checker reads it: values say in `by` which operation wrote them, and in `n` their number. */
export function readWrite(message: Stored, prefix: string): Write {
  const key = message.subject.slice(prefix.length);
  const rev = message.seq;
  const expected = message.header('Nats-Expected-Last-Subject-Sequence');
  const base = { key, rev, ...(expected === undefined ? {} : { expect: Number(expected) }) };
  if (message.header('Nats-Marker-Reason') !== undefined) return { ...base, kind: 'expiry' };
  if (message.header('KV-Operation') !== undefined) {
    const writeId = message.header('Sc-Write');
    return { ...base, kind: 'removal', ...(writeId === undefined ? {} : { writeId }) };
  }
  return { ...base, kind: 'value', ...factsOf(message.body) };
}

/** Name of the write a stored value ends with; undefined when it has none. */
export const writeIdOf = (body: Uint8Array): string | undefined => factsOf(body).writeId;

function factsOf(body: Uint8Array): Pick<Write, 'op' | 'writeId' | 'n'> {
  const { by, n, _w } = jsonOf(body);
  const writeId: unknown = Array.isArray(_w) ? _w.at(-1) : undefined;
  return {
    ...(typeof by === 'string' ? { op: by } : {}),
    ...(typeof n === 'number' ? { n } : {}),
    ...(typeof writeId === 'string' ? { writeId } : {}),
  };
}

function jsonOf(body: Uint8Array): { readonly by?: unknown; readonly n?: unknown; readonly _w?: unknown } {
  if (body.length === 0) return {};
  const value: unknown = JSON.parse(decoder.decode(body));
  return typeof value === 'object' && value !== null ? value : {};
}
