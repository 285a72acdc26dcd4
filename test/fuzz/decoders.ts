import { isDeepStrictEqual } from 'node:util';
import { contracts } from '@seedcore/contracts/registry';
import { type Codec, CodecError, exampleOf, isRecord, jsonCodec, msgpackCodec } from '@seedcore/protocol';
import { bytesNear } from './inputs.ts';
import { type Subject, subject } from './subject.ts';

const LIMITS = { maxBytes: 65_536 };

/** What every endpoint would take, and a value of every kind. */
const values: readonly unknown[] = [
  ...[...contracts.values()].flatMap(({ endpoints }) => Object.values(endpoints).map(({ input }) => exampleOf(input))),
  [null, true, false, 0, -1, 1.5, 2 ** 53 - 1, -(2 ** 53 - 1), '', 'é\u{1f600}', [], {}, { a: { b: [[[1]]] } }],
  { n: [1e308, -1e-308, 65_535, 65_536, 4_294_967_296], text: 'x'.repeat(300) },
];

/** Decodes, and where that works explains it: the value is plain, and writing it and reading it again changes nothing. */
function decoding(codec: Codec, explained: (bytes: Uint8Array, value: unknown) => boolean): Subject {
  const seeds = values.map((value) => codec.encode(value));
  return subject(
    `decoder ${codec.type}`,
    (random) => bytesNear(random, seeds),
    (bytes) => {
      let value: unknown;
      try {
        value = codec.decode(bytes, LIMITS);
      } catch (error) {
        if (error instanceof CodecError) return 'refused';
        throw error;
      }
      if (!isPlain(value)) throw new Error('took what is not plain');
      if (!isDeepStrictEqual(codec.decode(codec.encode(value), LIMITS), value)) throw new Error('is not what it reads');
      if (!explained(bytes, value)) throw new Error('another reader reads something else');
      return 'taken';
    },
  );
}

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The platform's own parser agrees; an empty body is an empty object. */
function asPlatform(bytes: Uint8Array, value: unknown): boolean {
  if (bytes.length === 0) return isDeepStrictEqual(value, {});
  return isDeepStrictEqual(JSON.parse(strictText.decode(bytes)), value);
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (value instanceof Uint8Array) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (!isRecord(value) || ![Object.prototype, null].includes(Object.getPrototypeOf(value))) return false;
  return Object.entries(value).every(([key, inner]) => !FORBIDDEN.has(key) && isPlain(inner));
}

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Both decoders. */
export const decoders: readonly Subject[] = [decoding(jsonCodec, asPlatform), decoding(msgpackCodec, () => true)];
