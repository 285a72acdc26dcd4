import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallHeaders, MeshError, readCallHeaders, wireHeaders, writeCallHeaders } from '../index.ts';

const FULL: CallHeaders = {
  deadlineMs: 1996,
  sentMs: 1_790_000_000_000,
  call: '01jdz7x8k2m3n4p5q6r7s8t9va',
  chain: ['coordinator', 'ml'],
  attempt: 2,
  criticality: 'critical',
  contract: '0123456789abcdef',
  idempotencyKey: 'order-17',
  trace: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true },
};

test('what is written is what is read', () => {
  expect(readCallHeaders(wireHeaders(writeCallHeaders(FULL)), 'ml.chat')).toEqual(FULL);
});

test('a message without headers has the defaults of the grammar', () => {
  expect(readCallHeaders(wireHeaders([]), 'ml.chat')).toEqual({ chain: [], attempt: 1 });
  expect(writeCallHeaders({ chain: [], attempt: 1 })).toEqual([]);
});

test.each([
  ['Sc-Deadline-Ms', 'abc'],
  ['Sc-Deadline-Ms', '-1'],
  ['Sc-Deadline-Ms', '1e20'],
  ['Sc-Deadline-Ms', ''],
  ['sc-sent-ms', '12'],
  ['Sc-Call', 'not-a-ulid'],
  ['Sc-Chain', '2 ml'],
  ['Sc-Chain', '9 a,b,c,d,e,f,g,h,i'],
  ['Sc-Attempt', '0'],
  ['Sc-Criticality', 'urgent'],
  ['Sc-Contract', 'XYZ'],
  ['Idempotency-Key', 'a.b'],
])('%s: %j is refused by name', (name, value) => {
  const error = readCallHeaders(wireHeaders([[name, value]]), 'ml.chat');
  expect(error).toBeInstanceOf(MeshError);
  expect(error).toMatchObject({
    code: 'bad_request',
    details: { field: expect.stringMatching(new RegExp(name, 'i')) },
  });
});

test('a repeated header and a block above 4 KiB are refused', () => {
  const twice = wireHeaders([
    ['Sc-Attempt', '1'],
    ['sc-attempt', '2'],
  ]);
  expect(readCallHeaders(twice, 'ml.chat')).toMatchObject({ code: 'bad_request', message: 'Sc-Attempt: is repeated' });
  const large = wireHeaders([['tracestate', 'x'.repeat(5000)]]);
  expect(readCallHeaders(large, 'ml.chat')).toMatchObject({ code: 'bad_request' });
});

test('a malformed traceparent starts a new trace instead of failing the call', () => {
  expect(readCallHeaders(wireHeaders([['traceparent', 'nonsense']]), 'ml.chat')).toEqual({ chain: [], attempt: 1 });
});

test('whatever the values, reading gives headers or a bad_request', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const read = readCallHeaders(
        wireHeaders([
          ['Sc-Chain', value],
          ['Sc-Deadline-Ms', value],
        ]),
        't',
      );
      expect(read instanceof MeshError ? read.code : 'ok').toMatch(/^(ok|bad_request)$/);
    }),
  );
});
