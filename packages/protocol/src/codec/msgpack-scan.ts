import { MAX_NESTING, MAX_VALUES } from '../limits.ts';
import { CodecError, isPrototypeKey } from './codec.ts';
import { pointerTo } from './pointer.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type Cursor = { readonly view: DataView; readonly path: (string | number)[]; at: number; values: number };

/**
 * Walks MessagePack bytes without building anything.
 *
 * @throws CodecError for a length beyond the bytes left, extension types, keys that are not strings or occur twice,
 *   64-bit integers beyond ±(2^53 − 1), nesting, too many values, invalid UTF-8, and bytes after the value
 * @source github.com/msgpack/msgpack/blob/master/spec.md
 */
export function scanMsgpack(bytes: Uint8Array): void {
  const cursor: Cursor = {
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    path: [],
    at: 0,
    values: 0,
  };
  scanValue(cursor, 0);
  if (cursor.at < bytes.length) throw new CodecError(`${bytes.length - cursor.at} bytes after the value`);
}

function scanValue(cursor: Cursor, depth: number): void {
  if (++cursor.values > MAX_VALUES) throw refused(cursor, `more than ${MAX_VALUES} values`);
  const head = cursor.view.getUint8(take(cursor, 1));
  if (head <= 0x7f || head >= 0xe0 || head === 0xc0 || head === 0xc2 || head === 0xc3) return;
  if (head <= 0x8f) scanMap(cursor, head & 0x0f, depth);
  else if (head <= 0x9f) scanArray(cursor, head & 0x0f, depth);
  else if (head <= 0xbf) text(cursor, head & 0x1f);
  else scanSized(cursor, head, depth);
}

function scanSized(cursor: Cursor, head: number, depth: number): void {
  switch (head) {
    case 0xc4:
    case 0xc5:
    case 0xc6:
      take(cursor, length(cursor, head - 0xc4));
      break;
    case 0xca:
      float(cursor, cursor.view.getFloat32(take(cursor, 4)));
      break;
    case 0xcb:
      float(cursor, cursor.view.getFloat64(take(cursor, 8)));
      break;
    case 0xcc:
    case 0xd0:
      take(cursor, 1);
      break;
    case 0xcd:
    case 0xd1:
      take(cursor, 2);
      break;
    case 0xce:
    case 0xd2:
      take(cursor, 4);
      break;
    case 0xcf:
      safe(cursor, cursor.view.getBigUint64(take(cursor, 8)));
      break;
    case 0xd3:
      safe(cursor, cursor.view.getBigInt64(take(cursor, 8)));
      break;
    case 0xd9:
    case 0xda:
    case 0xdb:
      text(cursor, length(cursor, head - 0xd9));
      break;
    case 0xdc:
    case 0xdd:
      scanArray(cursor, length(cursor, head - 0xdc + 1), depth);
      break;
    case 0xde:
    case 0xdf:
      scanMap(cursor, length(cursor, head - 0xde + 1), depth);
      break;
    default:
      throw refused(cursor, `MessagePack type 0x${head.toString(16)} is not a plain value`);
  }
}

function scanArray(cursor: Cursor, count: number, depth: number): void {
  nest(cursor, depth);
  claim(cursor, count);
  for (let i = 0; i < count; i++) {
    cursor.path.push(i);
    scanValue(cursor, depth + 1);
    cursor.path.pop();
  }
}

function scanMap(cursor: Cursor, count: number, depth: number): void {
  nest(cursor, depth);
  claim(cursor, 2 * count);
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const key = scanKey(cursor);
    cursor.path.push(key);
    if (isPrototypeKey(key)) throw refused(cursor, `key "${key}" is not allowed`);
    if (seen.has(key)) throw refused(cursor, 'key occurs twice');
    seen.add(key);
    scanValue(cursor, depth + 1);
    cursor.path.pop();
  }
}

function scanKey(cursor: Cursor): string {
  const head = cursor.view.getUint8(take(cursor, 1));
  if (head >= 0xa0 && head <= 0xbf) return text(cursor, head & 0x1f);
  if (head >= 0xd9 && head <= 0xdb) return text(cursor, length(cursor, head - 0xd9));
  throw refused(cursor, 'key is not a string');
}

/** Length of 1, 2 or 4 bytes, by the power of two `size`. */
function length(cursor: Cursor, size: number): number {
  if (size === 0) return cursor.view.getUint8(take(cursor, 1));
  return size === 1 ? cursor.view.getUint16(take(cursor, 2)) : cursor.view.getUint32(take(cursor, 4));
}

/** As in JSON, containers are counted: a scalar is no level of its own. */
function nest(cursor: Cursor, depth: number): void {
  if (depth >= MAX_NESTING) throw refused(cursor, `nesting is deeper than ${MAX_NESTING}`);
}

/** Every member needs at least one byte: a larger claim is a lie. */
function claim(cursor: Cursor, members: number): void {
  if (members > cursor.view.byteLength - cursor.at) throw refused(cursor, 'length is beyond the bytes left');
}

function take(cursor: Cursor, bytes: number): number {
  const start = cursor.at;
  if (bytes > cursor.view.byteLength - start) throw refused(cursor, 'length is beyond the bytes left');
  cursor.at = start + bytes;
  return start;
}

function text(cursor: Cursor, bytes: number): string {
  const start = take(cursor, bytes);
  try {
    return decoder.decode(new Uint8Array(cursor.view.buffer, cursor.view.byteOffset + start, bytes));
  } catch (cause) {
    throw refused(cursor, `text is not UTF-8 (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

function float(cursor: Cursor, value: number): void {
  if (!Number.isFinite(value)) throw refused(cursor, 'number is not finite');
}

function safe(cursor: Cursor, value: bigint): void {
  if (value > 9007199254740991n || value < -9007199254740991n) throw refused(cursor, 'integer is beyond 2^53 - 1');
}

const refused = (cursor: Cursor, message: string): CodecError =>
  new CodecError(message, cursor.path.reduce<string>(pointerTo, ''));
