import { lookup } from 'node:dns/promises';
import { request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { isIP } from 'node:net';
import type { Connect, Destination, Outgoing, Resolve } from '../web/connector.ts';

/** Most bytes of the headers of an answer. */
const MAX_HEADER_BYTES = 16_384;

/** All addresses of a name, as this machine resolves it. */
export const resolveName: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/** Connects to the address it is given; the name serves the receiver, and its certificate, only. No proxy, no reuse. */
export const connectNode: Connect = (to, outgoing, signal) => {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Connect>>>();
  const sent = (to.tls ? overTls : overHttp)(optionsOf(to, outgoing, signal), (answer) => {
    const headers = Object.entries(answer.headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    );
    resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(headers), body: answer });
  });
  // After the answer has begun, what goes wrong is heard of by whoever reads it.
  sent.on('error', reject);
  sent.end(outgoing.body);
  return promise;
};

function optionsOf(
  { address, port, host, authority, path, tls }: Destination,
  outgoing: Outgoing,
  signal: AbortSignal,
) {
  const { method, headers, body } = outgoing;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return {
    ...{ host: address, port, path, method, signal, agent: false as const, maxHeaderSize: MAX_HEADER_BYTES },
    headers: { ...headers, ...length, host: authority },
    ...(tls && isIP(host) === 0 ? { servername: host } : {}),
  };
}
