import { MAX_NESTING, MAX_VALUES } from '../limits.ts';
import { type Codec, CodecError } from './codec.ts';
import { plainValue } from './plain-value.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** JSON as RFC 8259: fatal UTF-8, bounded depth and number of values, nothing after the value, bytes as base64 text. */
export const jsonCodec: Codec = {
  type: 'application/json',
  encode: (value) => encoder.encode(wellFormed(JSON.stringify(value, bytesAsBase64) ?? 'null', value)),
  decode(bytes, { maxBytes }) {
    if (bytes.length > maxBytes) throw new CodecError(`body of ${bytes.length} bytes is larger than ${maxBytes}`);
    if (bytes.length === 0) return {};
    scan(bytes);
    return plainValue(parse(textOf(bytes)));
  },
};

/** Half a surrogate pair, as is left of a text cut in the middle of one, is the only thing written as `\\ud`. */
function wellFormed(text: string, value: unknown): string {
  return text.includes('\\ud') ? JSON.stringify(value, bytesAndWholePairs) : text;
}

function bytesAndWholePairs(this: unknown, key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed() : bytesAsBase64.call(this, key, value);
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new CodecError(`body is not UTF-8 (${messageOf(cause)})`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CodecError(`body is not JSON (${messageOf(cause)})`);
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message.slice(0, 120) : String(cause));

/** Counts nesting and values on the bytes, before anything is built. */
function scan(bytes: Uint8Array): void {
  let depth = 0;
  let values = 1;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    else if (byte === 0x2c) values++;
    if (depth > MAX_NESTING) throw new CodecError(`nesting is deeper than ${MAX_NESTING}`);
    if (values > MAX_VALUES) throw new CodecError(`more than ${MAX_VALUES} values`);
  }
}

function endOfString(bytes: Uint8Array, start: number): number {
  for (let i = start + 1; i < bytes.length; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return bytes.length;
}

function bytesAsBase64(this: unknown, key: string, value: unknown): unknown {
  const raw = typeof this === 'object' && this !== null ? Reflect.get(this, key) : value;
  return raw instanceof Uint8Array ? Buffer.from(raw).toString('base64') : value;
}
