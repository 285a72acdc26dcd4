import { describe, expect, test } from 'vitest';
import {
  headerNames,
  MAX_CREDIT,
  MAX_ERROR_HEADER,
  MAX_HEADER_BYTES,
  MAX_HOPS,
  MeshError,
  parseStreamFrame,
  readCallHeaders,
  wireHeaders,
} from '../index.ts';

const ULID = '01jdz7x8k2m3n4p5q6r7s8t9va';
const REF = `dev_payloads/x7;size=300000;sha256=${'0'.repeat(64)}`;
const SERVICES = 'a,b,c,d,e,f,g,h';

/** The documented headers of a request: name, what its grammar takes, what it does not, what absence means. */
const requestHeaders: readonly (readonly [string, readonly string[], readonly string[], string, unknown])[] = [
  ['Sc-Deadline-Ms', ['0', '1', '99999999'], ['', '-1', '1.5', '1e3', ' 1', '100000000'], 'deadlineMs', undefined],
  ['Sc-Sent-Ms', ['1790000000000'], ['179000000000', '17900000000000', 'now'], 'sentMs', undefined],
  ['Sc-Call', [ULID], [ULID.toUpperCase(), ULID.slice(1), `${ULID}0`], 'call', undefined],
  ['Sc-Chain', ['0', '1 ml', `8 ${SERVICES}`], ['2 ml', `9 ${SERVICES},i`, '1 a.b', 'ml'], 'chain', []],
  ['Sc-Attempt', ['1', '2', '99'], ['0', '01', '100', '-1', 'x'], 'attempt', 1],
  ['Sc-Criticality', ['critical', 'important', 'optional'], ['', 'Critical', 'urgent'], 'criticality', undefined],
  ['Sc-Contract', ['0123456789abcdef'], ['0123456789ABCDEF', '0123456789abcde'], 'contract', undefined],
  ['Idempotency-Key', ['a', 'A-z_9', 'k'.repeat(64)], ['', 'a.b', 'k'.repeat(65)], 'idempotencyKey', undefined],
  ['Sc-Stream', ['1', '32', '256'], ['', '0', '257', '-1', 'abc'], 'stream', undefined],
  ['Sc-Ref', [REF], ['', REF.slice(0, -1), REF.replace('300000', '-1'), `../${REF}`], 'ref', undefined],
];

describe.each(requestHeaders)('mesh.A2: the header %s', (name, taken, refused, field, absent) => {
  const read = (value: string) => readCallHeaders(wireHeaders([[name, value]]), 'ml.chat');

  test('has its documented grammar', () => {
    for (const value of taken) expect(read(value), value).toHaveProperty(field);
    for (const value of refused)
      expect(read(value), value).toMatchObject({ code: 'bad_request', details: { field: name } });
  });

  test('is read without regard to case, and once', () => {
    const [value = ''] = taken;
    expect(readCallHeaders(wireHeaders([[name.toLowerCase(), value]]), 't')).toEqual(read(value));
    const twice = [
      [name, value],
      [name.toUpperCase(), value],
    ] as const;
    expect(readCallHeaders(wireHeaders([...twice]), 't')).toMatchObject({ message: `${name}: is repeated` });
  });

  test('means the documented thing where it is absent', () => {
    const headers = readCallHeaders(wireHeaders([]), 't');
    expect(headers instanceof MeshError ? headers : headers[field as keyof typeof headers]).toEqual(absent);
  });
});

test('mesh.A2: the headers Sc-Frame, and no other, say where a reply stands in its stream', () => {
  for (const kind of ['data', 'end', 'error', 'beat']) expect(parseStreamFrame(`7 ${kind}`)).toEqual({ seq: 7, kind });
  for (const text of ['', '7', '-1 data', '7 DATA', '7 data more', 'x data', '7 last'])
    expect(parseStreamFrame(text), text).toBeUndefined();
});

test('mesh.A2: the names of all headers are the documented ones', () => {
  const fromRequests = requestHeaders.map(([name]) => name);
  const others = ['Content-Type', 'traceparent', 'tracestate', 'Sc-Load', 'Sc-Frame', 'Sc-Degraded'];
  const errors = ['Nats-Service-Error-Code', 'Nats-Service-Error'];
  expect(Object.values<string>(headerNames).sort()).toEqual([...fromRequests, ...others, ...errors].sort());
});

test.each([
  ['a header block in bytes', MAX_HEADER_BYTES, 4_096],
  ['the line of an error', MAX_ERROR_HEADER, 512],
  ['the hops of a chain', MAX_HOPS, 8],
  ['the credit of a stream', MAX_CREDIT, 256],
])('mesh.A2: most of %s', (_what, limit, documented) => {
  expect(limit).toBe(documented);
});
