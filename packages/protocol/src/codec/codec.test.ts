import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { validate } from '../schema/index.ts';
import { CodecError, codecOf, codecs, jsonCodec, msgpackCodec } from './index.ts';

const LIMITS = { maxBytes: 1_000_000 };
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string().filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key)),
      tie('value'),
      { maxKeys: 4 },
    ),
  ),
})).value;

describe.each(codecs.map((codec) => [codec.type, codec] as const))('%s', (_type, codec) => {
  test('every plain value comes back as it was', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(normal(codec.decode(codec.encode(value), LIMITS))).toEqual(normal(value));
      }),
    );
  });

  test('arbitrary bytes are decoded to plain values or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (input) => {
        try {
          codec.decode(input, LIMITS);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('an empty body is {}', () => expect(codec.decode(new Uint8Array(), LIMITS)).toEqual({}));

  test('a body over the limit is refused before it is read', () => {
    expect(() => codec.decode(new Uint8Array(11), { maxBytes: 10 })).toThrowError(/11 bytes is larger than 10/);
  });
});

test.each([
  ['{"a":1', /not JSON/],
  ['{"a":1} {}', /not JSON/],
  ['[1e999]', /not finite/],
  ['{"a":{"__proto__":{}}}', /key "__proto__" is not allowed/],
  ['{"constructor":1}', /key "constructor" is not allowed/],
  ['['.repeat(65), /deeper than 64/],
  ['\uFEFF{}', /not JSON/],
])('JSON %j is refused', (text, reason) => {
  expect(() => jsonCodec.decode(utf8(text), LIMITS)).toThrowError(reason);
});

test('a large measurement passes, an integer beyond 2^53 - 1 is refused by its schema, naming the field', () => {
  expect(jsonCodec.decode(utf8('{"a":1e20}'), LIMITS)).toEqual({ a: 1e20 });
  const body = jsonCodec.decode(utf8('{"a":9007199254740993}'), LIMITS);
  const checked = validate(z.strictObject({ a: z.int() }), body);
  expect(checked.ok ? [] : checked.problems.map(({ field }) => field)).toEqual(['/a']);
});

test('JSON nested 64 deep is taken', () => {
  expect(jsonCodec.decode(utf8('['.repeat(64) + ']'.repeat(64)), LIMITS)).toBeInstanceOf(Array);
});

test('a refused key names its place by JSON Pointer', () => {
  expect(() => jsonCodec.decode(utf8('{"a":[{"b/c":{"prototype":1}}]}'), LIMITS)).toThrowError(
    expect.objectContaining({ field: '/a/0/b~1c/prototype' }),
  );
});

test.each([
  ['invalid UTF-8 in JSON', jsonCodec, bytes(0x22, 0xff, 0x22), /UTF-8/],
  ['array that claims 4 G', msgpackCodec, bytes(0xdd, 0xff, 0xff, 0xff, 0xff), /beyond the bytes left/],
  ['map that claims 4 G', msgpackCodec, bytes(0xdf, 0xff, 0xff, 0xff, 0xff), /beyond the bytes left/],
  ['text that claims 4 G', msgpackCodec, bytes(0xdb, 0xff, 0xff, 0xff, 0xff), /beyond the bytes left/],
  ['bytes after the value', msgpackCodec, bytes(0x01, 0x02), /after the value/],
  ['extension type', msgpackCodec, bytes(0xd4, 0x01, 0x00), /not a plain value/],
  ['never used type', msgpackCodec, bytes(0xc1), /not a plain value/],
  ['key that is a number', msgpackCodec, bytes(0x81, 0x01, 0x01), /key is not a string/],
  ['key that occurs twice', msgpackCodec, bytes(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x01), /occurs twice/],
  ['float NaN', msgpackCodec, bytes(0xca, 0x7f, 0xc0, 0x00, 0x00), /not finite/],
  ['uint64 maximum', msgpackCodec, bytes(0xcf, ...Array(8).fill(0xff)), /beyond 2\^53/],
  ['invalid UTF-8 in MessagePack', msgpackCodec, bytes(0xa1, 0xff), /UTF-8/],
  ['nesting of 65', msgpackCodec, bytes(...Array(65).fill(0x91), 0x01), /deeper than 64/],
])('%s is refused', (_name, codec, input, reason) => {
  expect(() => codec.decode(input, LIMITS)).toThrowError(reason);
});

test('bytes travel as bin in MessagePack and as base64 in JSON', () => {
  const value = { raw: bytes(1, 2, 3) };
  expect(msgpackCodec.decode(msgpackCodec.encode(value), LIMITS)).toEqual({ raw: Buffer.from([1, 2, 3]) });
  expect(new TextDecoder().decode(jsonCodec.encode(value))).toBe('{"raw":"AQID"}');
});

test.each([
  [undefined, jsonCodec],
  ['', jsonCodec],
  ['*/*', jsonCodec],
  ['Application/JSON; charset=utf-8', jsonCodec],
  ['application/x-msgpack', msgpackCodec],
  ['text/plain', undefined],
])('Content-Type %j names its codec', (type, codec) => {
  expect(codecOf(type)).toBe(codec);
});

/** MessagePack keeps −0, JSON does not: the mesh does not tell them apart. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe.each([jsonCodec, msgpackCodec])('$type', (codec) => {
  test('a text cut in the middle of a surrogate pair is written so that the other side takes it', () => {
    const bytes = codec.encode({ text: '😀'.slice(0, 1), path: '\\ud83d', list: ['a\udc00'] });
    expect(codec.decode(bytes, { maxBytes: 100 })).toEqual({ text: '\ufffd', path: '\\ud83d', list: ['a\ufffd'] });
  });

  test('containers are counted, scalars are not: 64 levels are taken, 65 are not', () => {
    const nested = (levels: number, inner: unknown) => {
      let value = inner;
      for (let i = 0; i < levels; i++) value = [value];
      return codec.encode(value);
    };
    expect(codec.decode(nested(64, 1), { maxBytes: 200 })).toBeInstanceOf(Array);
    expect(() => codec.decode(nested(64, []), { maxBytes: 200 })).toThrow('nesting is deeper than 64');
  });
});
