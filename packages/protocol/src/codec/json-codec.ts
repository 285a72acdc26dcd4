import { MAX_NESTING, MAX_VALUES } from '../limits.ts';
import { type Codec, CodecError } from './codec.ts';
import { isPlainObject, plainValue } from './plain-value.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Shorter bodies cannot hold too many values, and building one that is too deep costs next to nothing: it is counted
 * afterwards.
 */
const SCANNED_BYTES = 65_536;

/** JSON as RFC 8259: fatal UTF-8, bounded depth and number of values, nothing after the value, bytes as base64 text. */
export const jsonCodec: Codec = {
  type: 'application/json',
  encode: (value) => bytesOf(wellFormed(write(value) ?? 'null', value)),
  decode(bytes, { maxBytes }) {
    if (bytes.length > maxBytes) throw new CodecError(`body of ${bytes.length} bytes is larger than ${maxBytes}`);
    if (bytes.length === 0) return {};
    if (bytes.length > SCANNED_BYTES) scan(bytes);
    return plainValue(parse(bytes));
  },
};

/** By way of a `Buffer`, whose memory is there already; not as one, because its `slice` makes no copy. */
function bytesOf(text: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = Buffer.from(text, 'utf8');
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A function asked about every member makes writing three times as expensive, and nearly nobody has bytes in there. */
function write(value: unknown): string | undefined {
  return isText(value) ? JSON.stringify(value) : JSON.stringify(value, bytesAsBase64);
}

/** True where nothing but plain objects, arrays and scalars is inside. */
function isText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isText);
  if (!isPlainObject(value)) return false;
  for (const key in value) if (!isText(value[key])) return false;
  return true;
}

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

function parse(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    // Whatever else is wrong with it, too deep is what is said first; larger ones have been looked at already.
    if (bytes.length <= SCANNED_BYTES) scan(bytes);
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
