import { msgpackCodec, noHeaders } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';

function start() {
  const clock = new VirtualClock();
  const { implementation, seen } = sampleService(clock);
  return { clock, seen, sample: startService(implementation, { clock }) };
}

const call = '01m814ae6eq8psmpb61pdsj6cx';
const bytes = (...values: number[]) => new Uint8Array(values);
const deep = `${'{"text":'.repeat(65)}"x"${'}'.repeat(65)}`;
const msgpack = { 'Content-Type': 'application/msgpack' };

const hostile: [name: string, body: string | Uint8Array, field: string, headers?: Record<string, string>][] = [
  ['more bytes than maxBytes', `{"text":"${'x'.repeat(2_000)}"}`, ''],
  ['null', 'null', ''],
  ['a number', '7', ''],
  ['an array', '[]', ''],
  ['nesting beyond 64', deep, ''],
  ['invalid UTF-8', bytes(0x22, 0xff, 0x22), ''],
  ['bytes after the value', '{} {}', ''],
  ['truncated', '{"text":', ''],
  ['__proto__', '{"__proto__":{"x":1}}', '/__proto__'],
  ['constructor, further in', '{"at":[{"constructor":1}]}', '/at/0/constructor'],
  ['1e999', '{"count":1e999}', '/count'],
  ['NaN', '{"count":NaN}', ''],
  ['an integer beyond 2^53', '{"count":9007199254740993}', '/count'],
  ['an unknown field', '{"txt":"x"}', '/txt'],
  ['a value of the wrong type', '{"text":1}', '/text'],
  ['MessagePack: a length that lies', bytes(0x81, 0xa4, 0x74), '', msgpack],
  ['MessagePack: an extension type', bytes(0x81, 0xa4, 0x74, 0x65, 0x78, 0x74, 0xd4, 0x01, 0x00), '/text', msgpack],
  ['MessagePack: a key that is a number', bytes(0x81, 0x01, 0x02), '', msgpack],
  ['MessagePack: a key twice', bytes(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x02), '/a', msgpack],
  ['an unknown content type', '{}', 'Content-Type', { 'Content-Type': 'text/xml' }],
  ['a malformed deadline', '{}', 'Sc-Deadline-Ms', { 'Sc-Deadline-Ms': 'soon' }],
  ['a negative deadline', '{}', 'Sc-Deadline-Ms', { 'Sc-Deadline-Ms': '-1' }],
  ['a malformed chain', '{}', 'Sc-Chain', { 'Sc-Chain': '3 a' }],
  ['a malformed attempt', '{}', 'Sc-Attempt', { 'Sc-Attempt': '0' }],
  ['an idempotency key with a dot', '{}', 'Idempotency-Key', { 'Idempotency-Key': 'a.b' }],
];

test.each(hostile)(
  '%s is a bad_request, no handler runs, the next call is served',
  async (_name, body, field, headers) => {
    const { sample, seen } = start();
    const reply = await sample.request('echo', body, headers ?? {});
    expect(reply.status).toBe('400');
    const told = reply.json ?? msgpackCodec.decode(reply.data, { maxBytes: 10_000 });
    expect(told).toMatchObject({ error: { code: 'bad_request', status: 400, details: { field } } });
    expect(reply.headers.get('Nats-Service-Error')).toMatch(/^bad_request: /);
    expect(seen.echo).toBe(0);
    expect(await sample.echo({ text: 'next' })).toEqual({ ok: true, value: { text: 'next' } });
  },
);

test('a reply subject outside of _INBOX gets nothing, wherever it points', () => {
  const { sample, seen } = start();
  const { transport } = sample.mesh;
  for (const reply of ['$JS.API.STREAM.DELETE.X', 'test.svc.other.act', '_INBOX', '_INBOX.a.*', '_INBOX..a'])
    transport.bus.publish({
      subject: 'test.svc.sample.echo',
      reply,
      headers: noHeaders,
      data: bytes(),
      status: undefined,
    });
  expect(seen.echo).toBe(0);
});

test('an empty body is an empty object, and a reply without Content-Type is in the codec of the request', async () => {
  const { sample } = start();
  expect((await sample.request('echo')).json).toEqual({ text: 'hi' });
  const packed = await sample.request('echo', msgpackCodec.encode({ text: 'yo' }), msgpack);
  expect(packed.headers.get('Content-Type')).toBeUndefined();
  expect(msgpackCodec.decode(packed.data, { maxBytes: 100 })).toEqual({ text: 'yo' });
});

test('mesh.A12: a service that is in the chain already refuses, and so does a ninth hop; the chain is in the error', async () => {
  const { sample, seen } = start();
  const again = await sample.request('echo', '', { 'Sc-Chain': '2 sample,ml' });
  expect(again.json).toMatchObject({
    error: { code: 'cycle_refused', status: 508, details: { chain: ['sample', 'ml'] } },
  });
  const ninth = await sample.request('echo', '', { 'Sc-Chain': '8 a,b,c,d,e,f,g,h' });
  expect(ninth.json).toMatchObject({ error: { code: 'cycle_refused' } });
  expect(seen.echo).toBe(0);
});

test('no time left, or less than the floor of the contract, is not started', async () => {
  const { sample, seen } = start();
  const none = await sample.request('echo', '', { 'Sc-Deadline-Ms': '0' });
  expect(none.json).toMatchObject({ error: { code: 'deadline_exceeded', details: { left_ms: 0 } } });
  const little = await sample.request('careful', '', { 'Sc-Deadline-Ms': '199' });
  expect(little.json).toMatchObject({ error: { code: 'deadline_exceeded', details: { left_ms: 199, floor_ms: 200 } } });
  expect((await sample.request('careful', '', { 'Sc-Deadline-Ms': '200' })).status).toBeUndefined();
  expect(seen.echo).toBe(0);
});

test('the handler sees the call of the headers, with this service added to the chain', async () => {
  const { sample, seen } = start();
  await sample.request('echo', '', {
    'Sc-Call': call,
    'Sc-Chain': '1 ml',
    'Sc-Attempt': '2',
    'Sc-Deadline-Ms': '700',
    'Sc-Criticality': 'critical',
    'Idempotency-Key': 'key-1',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  });
  const [seenCall] = seen.calls;
  expect(seenCall).toMatchObject({
    id: call,
    chain: ['ml', 'sample'],
    attempt: 2,
    criticality: 'critical',
    idempotencyKey: 'key-1',
    deadlineAt: 700,
    trace: { traceId: 'a'.repeat(32), sampled: true },
  });
  expect(seenCall?.trace.spanId).not.toBe('b'.repeat(16));
});

test('a load report travels only with calls of the mesh, so that people see nothing but the body', async () => {
  const { sample } = start();
  expect((await sample.request('echo')).headers.names()).toEqual([]);
  const reply = await sample.request('echo', '', { 'Sc-Call': call });
  expect(reply.headers.get('Sc-Load')).toMatch(/^sample-\w+ \d+ 20 \d+$/);
});

test('a caller with another contract is served, and a bad_request names both contracts', async () => {
  const { sample } = start();
  const other = { 'Sc-Contract': '0123456789abcdef' };
  expect((await sample.request('echo', '', other)).status).toBeUndefined();
  expect((await sample.request('echo', '{"txt":1}', other)).json).toMatchObject({
    error: {
      code: 'bad_request',
      details: {
        field: '/txt',
        contract: { yours: other['Sc-Contract'], ours: expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    },
  });
});
