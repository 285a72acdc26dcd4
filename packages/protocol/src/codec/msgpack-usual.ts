import { MAX_NESTING, MAX_VALUES } from '../limits.ts';

/** Members of a map with a head of one byte; larger maps, as hardly any contract has, are for the close look. */
const MOST_KEYS = 15;
const UNUSUAL = -1;

/** Hashes of the keys of the maps being looked at, a row for each level. */
const hashes = new Int32Array(MAX_NESTING * MOST_KEYS);
/** Hash of the key looked at last. */
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
  if (head <= 0x8f) return mapEnd(bytes, at, depth);
  if (head <= 0x9f) return listEnd(bytes, at, depth);
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
      return listEnd(bytes, at, depth);
    default:
      return UNUSUAL;
  }
}

/** A list with a head of one byte, or of three. */
function listEnd(bytes: Uint8Array, at: number, depth: number): number {
  const head = uint8(bytes, at);
  const count = head === 0xdc ? uint16(bytes, at + 1) : head & 0x0f;
  if (depth >= MAX_NESTING || count > bytes.length) return UNUSUAL;
  let end = head === 0xdc ? at + 3 : at + 1;
  for (let i = 0; i < count && end !== UNUSUAL; i++) end = valueEnd(bytes, end, depth + 1);
  return end;
}

function mapEnd(bytes: Uint8Array, at: number, depth: number): number {
  if (depth >= MAX_NESTING) return UNUSUAL;
  const count = uint8(bytes, at) & 0x0f;
  const row = depth * MOST_KEYS;
  let end = at + 1;
  for (let i = 0; i < count && end !== UNUSUAL; i++) {
    end = keyEnd(bytes, end);
    if (end === UNUSUAL || isKnown(row, i)) return UNUSUAL;
    hashes[row + i] = hash;
    end = valueEnd(bytes, end, depth + 1);
  }
  return end;
}

function isKnown(row: number, count: number): boolean {
  for (let i = row; i < row + count; i++) if (hashes[i] === hash) return true;
  return false;
}

/** Keys are short texts; those of nine and eleven characters could be `__proto__`, `prototype` or `constructor`. */
function keyEnd(bytes: Uint8Array, at: number): number {
  const head = uint8(bytes, at);
  if (head < 0xa0 || head > 0xbf) return UNUSUAL;
  const length = head & 0x1f;
  const first = uint8(bytes, at + 1);
  if (length === 9 && (first === 0x5f || first === 0x70)) return UNUSUAL;
  if (length === 11 && first === 0x63) return UNUSUAL;
  const end = textEnd(bytes, at + 1, length);
  hash = length;
  for (let i = at + 1; i < end; i++) hash = (Math.imul(hash, 31) + uint8(bytes, i)) | 0;
  return end;
}

function textEnd(bytes: Uint8Array, start: number, length: number): number {
  const end = start + length;
  if (end > bytes.length) return UNUSUAL;
  let all = 0;
  for (let i = start; i < end; i++) all |= uint8(bytes, i);
  return all > 0x7f ? UNUSUAL : end;
}

const uint8 = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;
const uint16 = (bytes: Uint8Array, at: number): number => (uint8(bytes, at) << 8) | uint8(bytes, at + 1);

/** All bits of the exponent are set in infinities and in what is no number. */
const isFinite32 = (bytes: Uint8Array, at: number): boolean => (uint16(bytes, at) & 0x7f80) !== 0x7f80;
const isFinite64 = (bytes: Uint8Array, at: number): boolean => (uint16(bytes, at) & 0x7ff0) !== 0x7ff0;
