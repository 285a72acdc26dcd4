import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../support/program.ts';

type To = { address: string; port: number; host: string; authority: string; path: string; tls: boolean };
type Outgoing = { method: string; headers: Record<string, string>; body?: string };
type Incoming = { status: number; headers: Record<string, string>; body: Readable };
/** What the guard of organism connects with, past the guard: that lets nobody through to this machine. */
type Connect = (to: To, outgoing: Outgoing, signal: AbortSignal) => Promise<Incoming>;

let connect: Connect;
let server: Server;
let port: number;
const seen: { method: string | undefined; url: string | undefined; host: string | undefined; body: string }[] = [];

async function textOf(stream: IncomingMessage | Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

beforeAll(async () => {
  ({ connectNode: connect } = (await import(`${root}services/organism/src/adapters/node-web.ts`)) as {
    connectNode: Connect;
  });
  server = createServer(async (request, reply) => {
    const { method, url, headers } = request;
    seen.push({ method, url, host: headers.host, body: await textOf(request) });
    if (url === '/silent') return;
    reply.setHeader('set-cookie', ['a=1', 'b=2']);
    reply.writeHead(302, { location: '/next', 'content-encoding': 'gzip' }).end(gzipSync('hello'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const to = (path: string): To => ({
  ...{ address: '127.0.0.1', port, host: 'www.example.org', authority: 'www.example.org', path, tls: false },
});

test('organism.A19, in part: it connects to the address it is given, whatever the name, follows nothing and unpacks nothing', async () => {
  const outgoing = { method: 'POST', headers: { 'x-a': 'b' }, body: '{"é":1}' };
  const answer = await connect(to('/a?b=1'), outgoing, AbortSignal.timeout(60_000));
  expect(answer).toMatchObject({ status: 302, headers: { location: '/next', 'set-cookie': 'a=1, b=2' } });
  const chunks = await answer.body.toArray();
  expect(Buffer.concat(chunks)).toEqual(gzipSync('hello'));
  expect(seen).toEqual([{ method: 'POST', url: '/a?b=1', host: 'www.example.org', body: '{"é":1}' }]);
});

test('it lets go when it is told to, and says so when nobody is there', async () => {
  const stop = new AbortController();
  const asked = connect(to('/silent'), { method: 'GET', headers: {} }, stop.signal);
  server.once('request', () => stop.abort());
  await expect(asked).rejects.toMatchObject({ code: 'ABORT_ERR' });
  const closed = { ...to('/'), port: 1 };
  await expect(connect(closed, { method: 'GET', headers: {} }, AbortSignal.timeout(60_000))).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
});
