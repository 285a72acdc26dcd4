import { connect, headers, type Msg } from '@nats-io/transport-node';
import { DirectWriter, NatsMessage } from '@seedcore/mesh/testing';
import { headerBlock } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';

/** What the transport knows of the library beyond its promises: shortcuts that a new version may take away. */
type Broker = Awaited<ReturnType<typeof startBroker>>;
let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

async function received(send: (connection: Awaited<ReturnType<typeof connect>>) => void): Promise<Msg> {
  const connection = await connect({ servers: broker.url });
  try {
    const came = Promise.withResolvers<Msg>();
    connection.subscribe('inside', {
      callback: (error, msg) => (error === null ? came.resolve(msg) : came.reject(error)),
    });
    await connection.flush();
    send(connection);
    await connection.flush();
    return await came.promise;
  } finally {
    await connection.close();
  }
}

test.each<[string, { block?: string; reply?: string }]>([
  ['with headers and a reply', { block: headerBlock('Sc-Attempt: 2\r\n'), reply: '_INBOX.a.b' }],
  ['with headers', { block: headerBlock('Sc-Attempt: 2\r\n') }],
  ['with a reply', { reply: '_INBOX.a.b' }],
  ['with nothing else', {}],
])('a message %s is written as one piece, and arrives whole', async (_name, options) => {
  const data = Uint8Array.from([0, 13, 10, 255]);
  const msg = await received((connection) => {
    expect(new DirectWriter(connection).write('inside', data, options)).toBe(true);
    expect(connection.stats()).toMatchObject({ outMsgs: 1, outBytes: data.length + (options.block ?? '').length });
  });
  expect([[...msg.data], msg.reply ?? '']).toEqual([[...data], options.reply ?? '']);
  expect(new NatsMessage(msg).headers.fields).toEqual(options.block === undefined ? [] : ['Sc-Attempt', '2']);
});

test('text that is more than ASCII, large bodies and headers to be checked are left to the library', async () => {
  const connection = await connect({ servers: broker.url });
  const writer = new DirectWriter(connection);
  const none = new Uint8Array();
  expect(writer.write('größe', none, {})).toBe(false);
  expect(writer.write('inside', new Uint8Array(20_000), {})).toBe(false);
  expect(writer.write('inside', none, { headers: [['Sc-Attempt', '2']] })).toBe(false);
  await connection.drain();
  expect(writer.write('inside', none, {})).toBe(false);
});

test('a message read from its bytes says what the library reads in it', async () => {
  const all = headers();
  for (const [name, value] of [
    ['A', '1'],
    ['a', ' zwei\t'],
    ['A', 'grün'],
    ['B-c', ''],
  ] as const)
    all.append(name, value);
  const msg = await received((connection) => connection.publish('inside', 'body', { headers: all }));
  const read = new NatsMessage(msg);
  const theirs = msg.headers
    ?.keys()
    .flatMap((name) => (msg.headers?.values(name) ?? []).map((value) => `${name}=${value}`));
  const { fields } = read.headers;
  const ours = fields.flatMap((name, i) => (i % 2 === 0 ? [`${name}=${fields[i + 1]}`] : []));
  expect(ours.toSorted()).toEqual(theirs?.toSorted());
  expect(new TextDecoder().decode(read.data)).toBe('body');
});

test('the status of a message that the broker sends by itself is read from its bytes', async () => {
  const connection = await connect({ servers: broker.url });
  const came = Promise.withResolvers<Msg>();
  connection.subscribe('_INBOX.nobody.x', { callback: (_error, msg) => came.resolve(msg) });
  connection.publish('nobody.listens', '', { reply: '_INBOX.nobody.x' });
  expect(new NatsMessage(await came.promise).status).toBe(503);
  await connection.close();
});
