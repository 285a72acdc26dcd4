import type { ServerResponse } from 'node:http';
import type { Health } from '../builtin/builtin-contracts.ts';
import type { ConfigProblem } from '../config/read-config.ts';
import type { Metrics } from './metrics.ts';

/** What the HTTP side of a process shows. */
export type MetricsView = { readonly metrics: Metrics; readonly health: () => Health };

/** Where to listen; port 0 means not at all. */
export type MetricsAddress = { readonly host: string; readonly port: number };

/** `/metrics`, `/healthz` (live) and `/readyz` (ready) of this process; returns why it cannot listen, if so. */
export async function openMetricsServer(
  view: MetricsView,
  { host, port }: MetricsAddress,
): Promise<ConfigProblem | undefined> {
  if (port === 0) return undefined;
  // Only where it is wanted: importing it costs a tenth of the start of a service.
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => respond(view, request.url?.split('?')[0], response));
  return new Promise((resolve) => {
    server.once('error', ({ message }) => resolve({ variable: 'METRICS_PORT', message }));
    server.listen(port, host, () => resolve(undefined));
    // It must not keep a process alive that has nothing else to do.
    server.unref();
  });
}

function respond({ metrics, health }: MetricsView, path: string | undefined, response: ServerResponse): void {
  if (path === '/healthz') send(response, health().live ? 200 : 503, health());
  else if (path === '/readyz') send(response, health().ready ? 200 : 503, health());
  else if (path === '/metrics') response.writeHead(200, { 'content-type': metrics.contentType }).end(metrics.text());
  else send(response, 404, { error: 'known: /metrics /healthz /readyz' });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
