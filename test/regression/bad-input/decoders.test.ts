import { CodecError, jsonCodec, msgpackCodec } from '@seedcore/protocol';
import { type BadCase, inputsOf } from '@seedcore/testkit';
import { describe, expect, test } from 'vitest';
import { casesOf, casesVia, families, familyNames } from './corpus.ts';

/** More than any endpoint takes, so that limits other than the size are met as well. */
const LIMITS = { maxBytes: 4_000_000 };

test.each(familyNames)('the family %s has all of its cases', (family) => {
  expect(casesOf(family).length).toBeGreaterThanOrEqual(families[family]);
});

describe('a decoder alone, given', () => {
  test.each(casesVia('json', 'msgpack').filter(isOfBytes))('$via: $name', (one) => {
    const codec = one.via === 'json' ? jsonCodec : msgpackCodec;
    for (const bytes of inputsOf(one, LIMITS)) {
      const field = fieldRefused(() => codec.decode(bytes, LIMITS));
      const refuses = one.expect.code === 'bad_request' && one.expect.by === undefined;
      expect({ bytes: Buffer.from(bytes.slice(0, 40)).toString('hex'), refused: field !== undefined }).toEqual({
        bytes: expect.anything(),
        refused: refuses,
      });
      if (refuses && one.expect.field !== undefined) expect(field).toBe(one.expect.field);
    }
  });
});

/** Where the limit itself is the matter, it is the endpoint's. */
function isOfBytes({ script }: BadCase): boolean {
  return !JSON.stringify(script ?? '').includes('"max');
}

function fieldRefused(decode: () => unknown): string | undefined {
  try {
    decode();
    return undefined;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return error.field;
  }
}
