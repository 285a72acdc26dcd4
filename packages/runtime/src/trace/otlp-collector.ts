import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Identity } from '../identity.ts';
import type { Collector } from './collector.ts';
import { readableSpan } from './readable-span.ts';

/** Time for one message to the collector with all its tries, in ms. */
const SEND_MS = 10_000;
const TRACES_PATH = 'v1/traces';

/** Where spans go, and what is said to be let in. */
export type OtlpAddress = { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };

/**
 * A collector that speaks OTLP over HTTP, in JSON. The exporter repeats what may be repeated, with pauses, and knows the
 * other standard variables, as for certificates and compression.
 *
 * @source OpenTelemetry protocol specification 1.x, "OTLP/HTTP"
 */
export function otlpCollector({ endpoint, headers }: OtlpAddress, identity: Identity): Collector {
  const url = new URL(TRACES_PATH, endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href;
  const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: SEND_MS });
  const resource = resourceFromAttributes({
    'service.name': identity.service,
    'service.namespace': identity.ns,
    'service.version': identity.version,
    'service.instance.id': identity.instance,
    'host.name': identity.host,
    'process.pid': identity.pid,
  });
  return {
    send: (spans) =>
      new Promise((resolve, reject) => {
        const readable = spans.map((span) => readableSpan(span, resource));
        // 0 is success, anything else is not.
        exporter.export(readable, ({ code, error }) => (code === 0 ? resolve() : reject(error)));
      }),
  };
}
