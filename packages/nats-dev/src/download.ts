import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { type Environment, proxyFor } from './proxy.ts';
import { openTunnel, proxyCredentials } from './tunnel.ts';

const maxBytes = 128 * 1024 * 1024;
const maxRedirects = 5;

/** How far a download is. */
export interface DownloadProgress {
  readonly received: number;
  /** Absent when the server does not say. */
  readonly total?: number;
}

/** Limits and surroundings of one download. */
export interface DownloadOptions {
  readonly env: Environment;
  readonly connectMs?: number;
  readonly totalMs?: number;
  onProgress?(progress: DownloadProgress): void;
}

/** Fetches the bytes behind an http(s) address, following redirects, through the proxy the environment names. */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(options.totalMs ?? 120_000);
  let url = new URL(address);
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await get(url, { ...options, signal });
    const location = response.headers.location;
    const status = response.statusCode ?? 0;
    if (status === 200) return readBody(response, options);
    response.destroy();
    if (!location || status < 300 || status > 399) throw new Error(`HTTP ${status}`);
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') throw new Error(`redirected to ${next.protocol}//`);
    url = next;
  }
  throw new Error(`more than ${maxRedirects} redirects`);
}

async function get(url: URL, options: DownloadOptions & { signal: AbortSignal }): Promise<http.IncomingMessage> {
  const proxy = proxyFor(url, options.env);
  const common = { headers: { 'user-agent': 'seedcore-nats-dev' }, signal: options.signal };
  const timeout = options.connectMs ?? 15_000;
  if (url.protocol === 'http:') {
    if (!proxy) return answer(http.get(url, { ...common, agent: false }), timeout);
    const headers = { ...common.headers, host: url.host, ...proxyCredentials(proxy) };
    return answer(http.get(proxy, { ...common, headers, path: url.href, agent: false }), timeout);
  }
  if (url.protocol !== 'https:') throw new Error(`cannot download from ${url.protocol}//`);
  if (!proxy) return answer(https.get(url, { ...common, agent: false }), timeout);
  const tunnel = await openTunnel(proxy, url, { signal: options.signal, timeoutMs: timeout });
  // Without an agent: one would ignore createConnection and go around the proxy.
  return answer(https.get(url, { ...common, createConnection: () => secure(tunnel, url) }), timeout);
}

function secure(socket: Duplex, url: URL): tls.TLSSocket {
  return tls.connect({ socket, servername: url.hostname, ALPNProtocols: ['http/1.1'] });
}

/** Waits for the response; silence of `timeoutMs` on the way there is an error. */
function answer(request: http.ClientRequest, timeoutMs: number): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    request.once('response', resolve);
    request.once('error', reject);
  });
}

async function readBody(response: http.IncomingMessage, options: DownloadOptions): Promise<Uint8Array> {
  const announced = Number(response.headers['content-length']);
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response) {
    received += chunk.length;
    if (received > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
    chunks.push(chunk);
    options.onProgress?.({ received, ...(announced > 0 ? { total: announced } : {}) });
  }
  return Buffer.concat(chunks);
}
