import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChunk, encodeChunk } from './chunk.ts';

const record = fc.record({
  key: fc.stringMatching(/^[A-Za-z0-9_.-]{1,64}$/),
  rev: fc.integer({ min: 1 }),
  at: fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
  ttlMs: fc.option(fc.integer({ min: 1 }), { nil: undefined }),
  body: fc.uint8Array(),
});

test('what goes into a chunk comes out of it, whatever its bytes are', () => {
  fc.assert(
    fc.property(fc.array(record), (records) => {
      const back = decodeChunk(encodeChunk(records));
      expect(back.map((one) => ({ ...one, body: [...one.body] }))).toEqual(
        records.map((one) => ({ ...one, body: [...one.body] })),
      );
    }),
  );
});

test('what is no chunk is refused', () => {
  expect(() => decodeChunk(new TextEncoder().encode('{"key":"a"}'))).toThrow('no end');
  expect(() => decodeChunk(new TextEncoder().encode('{"key":"a"}\n'))).toThrow();
});
