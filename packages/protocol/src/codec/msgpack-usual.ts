import { MAX_NESTING, MAX_VALUES } from '../limits.ts';

/** Larger maps, as hardly any contract has, are for the close look. */
const MOST_KEYS = 32;
const UNUSUAL = -1;

/** Hashes of the keys of the maps being looked at, a row for each level. */
const hashes = new Int32Array(MAX_NESTING * MOST_KEYS);
/** Hash of the text looked at last. */
let hash = 0;

/**
 * A quick look at MessagePack bytes, which builds nothing: true when they are certainly one value that `scanMsgpack`
 * lets through. False says nothing: text that is not ASCII, 64-bit integers, large maps, keys that look like others or
 * like those of prototypes, so many bytes that there could be too many values, and everything wrong.
 */
export function isUsualMsgpack(bytes: Uint8Array): boolean {
  return bytes.length <= MAX_VALUES && valueEnd(bytes, 0, 0) === bytes.length;
}

/** Where the value at `at` ends. */
function valueEnd(bytes: Uint8Array, at: number, depth: number): number {
  const head = bytes[at];
  if (head === undefined) return UNUSUAL;
  if (head <= 0x7f || head >= 0xe0) return at + 1;
  if (head <= 0x8f) return mapEnd(bytes, at + 1, { count: head & 0x0f, depth });
  if (head <= 0x9f) return arrayEnd(bytes, at + 1, { count: head & 0x0f, depth });
  if (head <= 0xbf) return textEnd(bytes, at + 1, head & 0x1f);
  return sizedEnd(bytes, at, depth);
}

function sizedEnd(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case 0xc0:
    case 0xc2:
    case 0xc3:
      return at + 1;
    case 0xca:
      return isFinite32(bytes, at + 1) ? at + 5 : UNUSUAL;
    case 0xcb:
      return isFinite64(bytes, at + 1) ? at + 9 : UNUSUAL;
    case 0xcc:
    case 0xd0:
      return at + 2;
    case 0xcd:
    case 0xd1:
      return at + 3;
    case 0xce:
    case 0xd2:
      return at + 5;
    case 0xc4:
      return at + 2 + uint8(bytes, at + 1);
    case 0xd9:
      return textEnd(bytes, at + 2, uint8(bytes, at + 1));
    case 0xda:
      return textEnd(bytes, at + 3, uint16(bytes, at + 1));
    case 0xdc:
      return arrayEnd(bytes, at + 3, { count: uint16(bytes, at + 1), depth });
    default:
      return UNUSUAL;
  }
}

/** Members of a container at its own depth. */
type Members = { readonly count: number; readonly depth: number };

function arrayEnd(bytes: Uint8Array, start: number, { count, depth }: Members): number {
  if (depth >= MAX_NESTING || count > bytes.length) return UNUSUAL;
  let at = start;
  for (let i = 0; i < count && at !== UNUSUAL; i++) at = valueEnd(bytes, at, depth + 1);
  return at;
}

function mapEnd(bytes: Uint8Array, start: number, { count, depth }: Members): number {
  if (depth >= MAX_NESTING || count > MOST_KEYS) return UNUSUAL;
  const row = depth * MOST_KEYS;
  let at = start;
  for (let i = 0; i < count; i++) {
    at = keyEnd(bytes, at);
    if (at === UNUSUAL || isKnown(row, i)) return UNUSUAL;
    hashes[row + i] = hash;
    at = valueEnd(bytes, at, depth + 1);
    if (at === UNUSUAL) return UNUSUAL;
  }
  return at;
}

function isKnown(row: number, count: number): boolean {
  for (let i = row; i < row + count; i++) if (hashes[i] === hash) return true;
  return false;
}

/** Keys are short texts; those of nine and eleven characters could be `__proto__`, `prototype` or `constructor`. */
function keyEnd(bytes: Uint8Array, at: number): number {
  const head = bytes[at] ?? 0;
  if (head < 0xa0 || head > 0xbf) return UNUSUAL;
  const length = head & 0x1f;
  const first = bytes[at + 1];
  if (length === 9 && (first === 0x5f || first === 0x70)) return UNUSUAL;
  if (length === 11 && first === 0x63) return UNUSUAL;
  return textEnd(bytes, at + 1, length);
}

/** Past the end there are no bytes, and `undefined` is no ASCII. */
function textEnd(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  if (end > bytes.length) return UNUSUAL;
  hash = length;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0xff;
    if (byte > 0x7f) return UNUSUAL;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return end;
}

const uint8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const uint16 = (bytes: Uint8Array, at: number): number => (uint8(bytes, at) << 8) | uint8(bytes, at + 1);

/** All bits of the exponent are set in infinities and in what is no number. */
const isFinite32 = (bytes: Uint8Array, at: number): boolean => (uint16(bytes, at) & 0x7f80) !== 0x7f80;
const isFinite64 = (bytes: Uint8Array, at: number): boolean => (uint16(bytes, at) & 0x7ff0) !== 0x7ff0;
