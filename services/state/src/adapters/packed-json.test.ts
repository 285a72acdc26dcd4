import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packedJson, packJson, unpackJson } from './packed-json.ts';

/** The codecs let no such key in. */
const isAllowed = (value: unknown): boolean => !JSON.stringify(value).includes('__proto__');

test('any JSON comes back as it was, packed or not', () => {
  fc.assert(
    fc.property(fc.jsonValue().filter(isAllowed), (value) => {
      const json = JSON.parse(JSON.stringify(value));
      const padded = [json, 'x'.repeat(20_000)];
      for (const one of [json, padded]) expect(unpackJson(packedJson.parse(packJson(one)))).toEqual(one);
    }),
  );
});

test('only what is longer than 16 KiB is deflated', () => {
  expect(packJson('x'.repeat(16_382))).toHaveProperty('plain');
  const packed = packJson('x'.repeat(16_383));
  expect('deflated' in packed && packed.deflated.length).toBeLessThan(200);
});

test('a small record that unfolds into more than 2 MiB is refused', () => {
  const bomb = { deflated: deflateRawSync(JSON.stringify('x'.repeat(3_000_000))).toString('base64') };
  expect(bomb.deflated.length).toBeLessThan(10_000);
  expect(() => unpackJson(bomb)).toThrow();
});
