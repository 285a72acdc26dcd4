import { type Msg, headers as newHeaders } from '@nats-io/transport-node';
import { msgpackCodec } from '@seedcore/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;
const subject = `${NS}.svc.greeter.greet`;
const call = '01m814ae6eq8psmpb61pdsj6cx';

beforeAll(async () => {
  greeters = await startGreeters();
  await greeters.start({ LOG_LEVEL: 'info' });
});

afterAll(() => greeters?.stop());

type Row = {
  readonly name: string;
  readonly body?: string | Uint8Array;
  readonly headers?: readonly (readonly [string, string])[];
  readonly field: string;
};

const msgpack = [['Content-Type', 'application/msgpack']] as const;
const bytes = (...values: number[]) => new Uint8Array(values);
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
const withText = (...tail: number[]) => bytes(0x81, 0xa6, ...new TextEncoder().encode('person'), ...tail);

/** Every row of the table of hostile input that a client can put on the wire. */
const rows: readonly Row[] = [
  { name: 'more bytes than maxBytes', body: `{"person":"${'x'.repeat(20_000)}"}`, field: '' },
  { name: 'null where an object is due', body: 'null', field: '' },
  { name: 'a number', body: '7', field: '' },
  { name: 'an array', body: '[]', field: '' },
  { name: 'nesting beyond 64', body: nested(65), field: '' },
  {
    name: 'MessagePack nesting beyond 64',
    body: bytes(...Array(70).fill(0x91), 0xc0),
    headers: msgpack,
    field: '/0'.repeat(65),
  },
  { name: 'invalid UTF-8', body: bytes(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), field: '' },
  { name: 'MessagePack with invalid UTF-8', body: withText(0xa1, 0xff), headers: msgpack, field: '/person' },
  { name: 'bytes after the value', body: '{"person":"x"}x', field: '' },
  { name: 'MessagePack with bytes after the value', body: bytes(0x80, 0x80), headers: msgpack, field: '' },
  { name: 'a body that ends too early', body: '{"person":"x', field: '' },
  { name: 'the key __proto__', body: '{"__proto__":{"admin":true}}', field: '/__proto__' },
  {
    name: 'the key constructor, further in',
    body: '{"person":{"a":[{"constructor":1}]}}',
    field: '/person/a/0/constructor',
  },
  { name: 'the key prototype', body: '{"prototype":1}', field: '/prototype' },
  {
    name: 'MessagePack: a length beyond the bytes left',
    body: bytes(0xdf, 0xff, 0xff, 0xff, 0xff),
    headers: msgpack,
    field: '',
  },
  {
    name: 'MessagePack: an array that claims 4 billion',
    body: withText(0xdd, 0xff, 0xff, 0xff, 0xff),
    headers: msgpack,
    field: '/person',
  },
  { name: 'MessagePack: an extension type', body: withText(0xd4, 0x01, 0x00), headers: msgpack, field: '/person' },
  { name: 'MessagePack: a key that is no string', body: bytes(0x81, 0x01, 0x02), headers: msgpack, field: '' },
  {
    name: 'MessagePack: a key twice',
    body: bytes(0x82, 0xa1, 0x61, 0x01, 0xa1, 0x61, 0x02),
    headers: msgpack,
    field: '/a',
  },
  {
    name: 'MessagePack: an integer beyond 2^53',
    body: withText(0xcf, 0x00, 0x20, 0, 0, 0, 0, 0, 0x01),
    headers: msgpack,
    field: '/person',
  },
  { name: 'MessagePack: NaN', body: withText(0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0), headers: msgpack, field: '/person' },
  { name: 'NaN', body: '{"ratio":NaN}', field: '' },
  { name: '1e999', body: '{"ratio":1e999}', field: '/ratio' },
  { name: 'an integer beyond 2^53', body: '{"times":9007199254740993}', field: '/times' },
  { name: 'an unknown field', body: '{"persn":"x"}', field: '/persn' },
  ...['a.b', '*', '>', 'a b', 'a\\u0000b', 'a\\r\\nb', '$SYS', 'x'.repeat(65)].map((text) => ({
    name: `user text "${text.slice(0, 12)}" where a token is due`,
    body: `{"card":"${text}"}`,
    field: '/card',
  })),
  { name: 'a header block above 4 KiB', headers: [['X-Filler', 'x'.repeat(5_000)]], field: 'headers' },
  {
    name: 'a repeated Sc-Deadline-Ms',
    headers: [
      ['Sc-Deadline-Ms', '5000'],
      ['Sc-Deadline-Ms', '6000'],
    ],
    field: 'Sc-Deadline-Ms',
  },
  {
    name: 'a repeated header in another case',
    headers: [
      ['Sc-Call', call],
      ['sc-call', call],
    ],
    field: 'Sc-Call',
  },
  { name: 'a malformed Sc-Deadline-Ms', headers: [['Sc-Deadline-Ms', '1e9']], field: 'Sc-Deadline-Ms' },
  { name: 'an empty Sc-Deadline-Ms', headers: [['Sc-Deadline-Ms', '']], field: 'Sc-Deadline-Ms' },
  { name: 'a malformed Sc-Call', headers: [['Sc-Call', '../../etc']], field: 'Sc-Call' },
  { name: 'a malformed Sc-Chain', headers: [['Sc-Chain', '1 a.b']], field: 'Sc-Chain' },
  { name: 'a malformed Sc-Attempt', headers: [['Sc-Attempt', '100']], field: 'Sc-Attempt' },
  { name: 'a malformed Sc-Criticality', headers: [['Sc-Criticality', 'urgent']], field: 'Sc-Criticality' },
  { name: 'a malformed Sc-Sent-Ms', headers: [['Sc-Sent-Ms', '1']], field: 'Sc-Sent-Ms' },
  { name: 'a malformed Sc-Contract', headers: [['Sc-Contract', 'zz']], field: 'Sc-Contract' },
  { name: 'an Idempotency-Key with a wildcard', headers: [['Idempotency-Key', 'a.>']], field: 'Idempotency-Key' },
  { name: 'an unknown Content-Type', headers: [['Content-Type', 'application/xml']], field: 'Content-Type' },
];

function send({ body = '', headers = [] }: Pick<Row, 'body' | 'headers'>): Promise<Msg> {
  const all = newHeaders();
  for (const [name, value] of headers) all.append(name, value);
  return greeters.ask(subject, body, headers.length === 0 ? undefined : all);
}

const bodyOf = (reply: Msg): unknown =>
  reply.headers?.get('Content-Type') === msgpackCodec.type
    ? msgpackCodec.decode(reply.data, { maxBytes: 100_000 })
    : reply.json();

describe('every row is answered with a bad_request that names the field', () => {
  test.each(rows)('$name', async (row) => {
    const { greet } = await greeters.runs();
    const reply = await send(row);
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('400');
    expect(bodyOf(reply)).toMatchObject({ error: { code: 'bad_request', status: 400, details: { field: row.field } } });
    expect(reply.string()).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
    expect((await greeters.runs()).greet).toBe(greet);
    expect((await send({ body: '{"person":"next"}' })).json()).toEqual({ text: 'hello next' });
  });
});

test('an empty body is an empty object', async () => {
  expect((await send({})).json()).toEqual({ text: 'hello you' });
});

test('a thousand bad requests of mixed kinds leave the heap where it was', async () => {
  const flood = async (times: number) => {
    for (let i = 0; i < times; i++) await Promise.all(rows.map(send));
    return (await greeters.runs()).heap_bytes;
  };
  const warm = await flood(10);
  expect((await flood(25)) - warm).toBeLessThan(10_000_000);
});

/** Everything that is published from now on, by subject. */
function spyOnAll(): { published: string[]; stop: () => void } {
  const published: string[] = [];
  const callback = (_error: unknown, message: Msg) => {
    published.push(message.subject);
  };
  const subscription = greeters.nats.subscribe('>', { callback });
  return { published, stop: () => subscription.unsubscribe() };
}

test('mesh.A9: a reply subject outside of _INBOX is dropped: nothing is published, by anybody', async () => {
  const { greet } = await greeters.runs();
  const { published, stop } = spyOnAll();
  const elsewhere = ['$JS.API.STREAM.DELETE.X', `${NS}.svc.greeter.wait`, 'anything', '_INBOXED.x', `${NS}.cancel.x`];
  for (const reply of elsewhere) greeters.nats.publish(subject, '{"person":"x"}', { reply });
  greeters.nats.publish(subject, '{"person":"x"}');
  // The answer to the next request comes after everything before it has been looked at.
  await greeters.ask(`${NS}.svc.greeter.health`, '');
  await greeters.nats.flush();
  stop();
  const requests = published.filter((one) => one === subject);
  expect(requests).toHaveLength(elsewhere.length + 1);
  expect(published.filter((one) => one.startsWith('_INBOX.'))).toHaveLength(1);
  expect(published).toHaveLength(requests.length + 2);
  expect((await greeters.runs()).greet).toBe(greet);
});

test('mesh.A9: the control subjects answer nothing but an inbox either', async () => {
  const { published, stop } = spyOnAll();
  greeters.nats.publish('$SRV.PING', '', { reply: `${NS}.svc.greeter.wait` });
  await greeters.ask('$SRV.PING.greeter', '');
  stop();
  expect(published.filter((one) => one === `${NS}.svc.greeter.wait`)).toEqual([]);
});
