import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatPayloadRef,
  formatStreamFrame,
  MeshError,
  parsePayloadRef,
  parseStreamFrame,
  readCallHeaders,
  wireHeaders,
  writeCallHeaders,
} from '../index.ts';

const kinds = fc.constantFrom('data' as const, 'end' as const, 'error' as const, 'beat' as const);
const token = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const refs = fc.record({
  bucket: token,
  name: token,
  size: fc.nat(67_108_864),
  sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
});

test('frames and references are read as they were written', () => {
  fc.assert(
    fc.property(fc.nat(), kinds, (seq, kind) => {
      expect(parseStreamFrame(formatStreamFrame({ seq, kind }))).toEqual({ seq, kind });
    }),
  );
  fc.assert(
    fc.property(refs, (ref) => {
      expect(parsePayloadRef(formatPayloadRef(ref))).toEqual(ref);
    }),
  );
});

test('the headers of a request carry both', () => {
  fc.assert(
    fc.property(refs, fc.integer({ min: 1, max: 256 }), (ref, stream) => {
      const sent = { chain: [], attempt: 1, stream, ref };
      expect(readCallHeaders(wireHeaders(writeCallHeaders(sent)), 't')).toEqual(sent);
    }),
  );
});

test.each([
  ['Sc-Stream', '0'],
  ['Sc-Stream', '257'],
  ['Sc-Stream', '1.5'],
  ['Sc-Ref', 'a/b;size=1;sha256=ff'],
  ['Sc-Ref', `a.b/c;size=1;sha256=${'0'.repeat(64)}`],
  ['Sc-Ref', `a/b;size=-1;sha256=${'0'.repeat(64)}`],
])('%s: %s is refused by name', (name, value) => {
  const read = readCallHeaders(wireHeaders([[name, value]]), 't');
  expect(read instanceof MeshError ? read.details : undefined).toEqual({ field: name });
});

test.each(['', 'data', '1', '-1 data', '1 dat', '1  data', '1 data '])('"%s" is no frame', (text) => {
  expect(parseStreamFrame(text)).toBeUndefined();
});

test('they are read without regard to case, and not twice', () => {
  expect(readCallHeaders(wireHeaders([['sc-stream', '7']]), 't')).toMatchObject({ stream: 7 });
  const twice = readCallHeaders(
    wireHeaders([
      ['SC-STREAM', '7'],
      ['Sc-Stream', '7'],
    ]),
    't',
  );
  expect(twice).toMatchObject({ code: 'bad_request', details: { field: 'Sc-Stream' } });
});
