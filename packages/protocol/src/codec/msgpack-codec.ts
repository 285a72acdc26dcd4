import { Packr } from 'msgpackr';
import { type Codec, CodecError } from './codec.ts';
import { scanMsgpack } from './msgpack-scan.ts';
import { isUsualMsgpack } from './msgpack-usual.ts';
import { isPlainObject } from './plain-value.ts';

const packr = new Packr({
  useRecords: false,
  mapsAsObjects: true,
  int64AsType: 'number',
  variableMapSize: true,
  moreTypes: false,
});

/** MessagePack without extension types; lengths, keys and nesting are checked on the bytes before anything is built. */
export const msgpackCodec: Codec = {
  type: 'application/msgpack',
  encode: (value) => packr.pack(isWritable(value) ? value : withoutUndefined(value)),
  decode(bytes, { maxBytes }) {
    if (bytes.length > maxBytes) throw new CodecError(`body of ${bytes.length} bytes is larger than ${maxBytes}`);
    if (bytes.length === 0) return {};
    // What the quick look finds unusual is looked at closely: that is what refuses, and names the place.
    if (!isUsualMsgpack(bytes)) scanMsgpack(bytes);
    return packr.unpack(bytes);
  },
};

/** True when nothing in a value has to be left out or made whole, as in nearly all of them: then no copy is made. */
function isWritable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value !== undefined;
  if (Array.isArray(value)) return value.every(isWritable);
  // An object of a class, with members of its own making, is left to the copy.
  if (!isPlainObject(value)) return false;
  for (const key in value) if (!isWritable(value[key])) return false;
  return true;
}

/**
 * JSON leaves out undefined members; MessagePack has no word for undefined, so it must do the same. A text cut in the
 * middle of a surrogate pair is made whole, since half of one has no UTF-8.
 */
function withoutUndefined(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map((inner) => (inner === undefined ? null : withoutUndefined(inner)));
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(members.map(([key, inner]) => [key, withoutUndefined(inner)]));
}
