import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { expect, test } from 'vitest';
import { scanMsgpack } from './msgpack-scan.ts';
import { isUsualMsgpack } from './msgpack-usual.ts';

const packr = new Packr({ useRecords: false, variableMapSize: true });
const ascii = fc.string({ maxLength: 40 });
const usual = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    ascii,
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 20 }),
    fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), tie('value'), { maxKeys: 20 }),
  ),
})).value;

/** The close look's verdict. */
function passes(bytes: Uint8Array): boolean {
  try {
    scanMsgpack(bytes);
    return true;
  } catch {
    return false;
  }
}

test('what looks usual passes the close look, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 48 }), (bytes) => {
      expect(isUsualMsgpack(bytes) && !passes(bytes)).toBe(false);
    }),
    { numRuns: 20_000 },
  );
});

test('so does it with one byte of a good message changed, or its end cut off', () => {
  fc.assert(
    fc.property(usual, fc.nat(), fc.nat(255), (value, at, byte) => {
      const bytes = Uint8Array.from(packr.pack(value));
      const cut = bytes.subarray(0, at % (bytes.length + 1));
      bytes[at % bytes.length] = byte;
      for (const one of [bytes, cut]) expect(isUsualMsgpack(one) && !passes(one)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test('most messages look usual: small maps of short keys, text, numbers', () => {
  const value = {
    id: 'a-1',
    n: [1, -2, 3.5, 70_000, true, null],
    inner: { text: 'x'.repeat(300), bytes: Buffer.from('b') },
  };
  expect(isUsualMsgpack(packr.pack(value))).toBe(true);
});

test.each([
  ['a key twice', [0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x01]],
  ['__proto__', [0x81, 0xa9, ...Buffer.from('__proto__'), 0x01]],
  ['prototype', [0x81, 0xa9, ...Buffer.from('prototype'), 0x01]],
  ['constructor', [0x81, 0xab, ...Buffer.from('constructor'), 0x01]],
  ['an infinity', [0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0]],
  ['what is no number', [0xca, 0xff, 0xc0, 0, 0]],
  ['an extension', [0xd4, 0x01, 0x00]],
  ['nesting of 65', [...Array<number>(65).fill(0x91), 0x01]],
  ['nothing', []],
  ['a text cut off', [0xa5, 0x61]],
  ['a length cut off', [0xd9]],
  ['a second value', [0x01, 0x02]],
])('%s does not', (_name, bytes) => {
  expect(isUsualMsgpack(Uint8Array.from(bytes))).toBe(false);
});
