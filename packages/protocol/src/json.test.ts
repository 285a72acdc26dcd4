import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, isRecord } from './json.ts';

/** The same by means of the language alone. */
function bySorting(value: unknown): string {
  const sorted = (record: Record<string, unknown>) =>
    Object.fromEntries(
      Object.keys(record)
        .sort((a, b) => (a < b ? -1 : 1))
        .map((key) => [key, record[key]]),
    );
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner)) ?? 'null';
}

const name = fc.oneof(
  fc.string(),
  fc.constantFrom('0', '7', '10', '2', '01', '-1', '4294967295', '_v', 'A', '__proto__'),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.constantFrom(
      undefined,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      -0,
      new Date(0),
      new Uint8Array([1, 2]),
      new Map(),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 6 }),
  ),
}));

test('every value has the text that sorting its objects gives', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(canonicalJson(value)).toBe(bySorting(value));
    }),
    { numRuns: 2_000 },
  );
});

test('equal objects have one text, however they were put together', () => {
  expect(canonicalJson({ b: [2, { d: 1, c: null }], a: 1 })).toBe('{"a":1,"b":[2,{"c":null,"d":1}]}');
  expect(canonicalJson({ x: undefined, 10: 'b', 2: 'a' })).toBe('{"2":"a","10":"b"}');
  expect(canonicalJson(undefined)).toBe('null');
});
