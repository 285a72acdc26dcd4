import { type Codec, endpoint, jsonCodec, service } from '@seedcore/protocol';
import { type BadCase, inputsOf, provoke, trappedService } from '@seedcore/testkit';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { casesVia } from './corpus.ts';

const LIMITS = { maxBytes: 4_000_000 };
const text = new TextDecoder();

/** Decoders with one guard left out, and a case that must find it. */
const careless: Readonly<Record<string, { readonly decode: Codec['decode']; readonly found: string }>> = {
  'a decoder that keeps __proto__': {
    decode: (bytes) => JSON.parse(text.decode(bytes) || '{}'),
    found: 'the key __proto__',
  },
  'a decoder that forgives what is not UTF-8': {
    decode: (bytes, limits) => jsonCodec.decode(new TextEncoder().encode(text.decode(bytes)), limits),
    found: 'Latin-1',
  },
  'a decoder that takes the first of two values': {
    decode: (bytes, limits) => jsonCodec.decode(bytes.slice(0, bytes.lastIndexOf(0x7d) + 1), limits),
    found: 'text after the value',
  },
};

describe('the corpus finds', () => {
  test.each(Object.entries(careless))('%s', (_what, { decode, found }) => {
    const taken = casesVia('json').filter((one) => refusedBy(jsonCodec.decode, one) && !refusedBy(decode, one));
    expect(taken.map(({ name }) => name)).toContain(found);
  });

  test('an id that may be a wildcard', async () => {
    const loose = service('loose', {
      doc: 'Takes any text for an id.',
      version: '1.0.0',
      endpoints: {
        drop: endpoint({ doc: 'Drops it.', input: z.strictObject({ id: z.string() }), output: z.object({}) }),
      },
    });
    const wildcard = casesVia('text').find(({ name }) => name === 'a greater-than sign');
    const body = jsonCodec.encode({ id: wildcard?.value });
    await expect(
      provoke(trappedService(loose), { name: 'drop', body }, { code: 'bad_request', field: '/id' }),
    ).rejects.toThrow('status 503 instead of 400');
  });
});

function refusedBy(decode: Codec['decode'], one: BadCase): boolean {
  return inputsOf(one, LIMITS).every((bytes) => {
    try {
      decode(bytes, LIMITS);
      return false;
    } catch {
      return true;
    }
  });
}
