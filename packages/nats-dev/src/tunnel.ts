import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';

/** The header a proxy with a user and password in its address wants. */
export function proxyCredentials(proxy: URL): Record<string, string> {
  if (!proxy.username) return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Asks a proxy for a byte tunnel to the host of `url` (HTTP CONNECT) and gives its socket. */
export function openTunnel(
  proxy: URL,
  url: URL,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Duplex> {
  const target = `${url.hostname}:${url.port || 443}`;
  const client = proxy.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const request = client.request(proxy, {
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyCredentials(proxy) },
      agent: false,
      signal,
    });
    request.setTimeout(timeoutMs, () => request.destroy(new Error(`proxy ${proxy.host}: no answer`)));
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`proxy ${proxy.host} refused the tunnel: HTTP ${response.statusCode}`));
    });
    request.once('error', reject);
    request.end();
  });
}
