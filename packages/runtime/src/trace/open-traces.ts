import type { Mesh } from '@seedcore/mesh';
import type { BaseConfig } from '../config/base-config.ts';
import type { Identity } from '../identity.ts';
import type { Log } from '../log/log.ts';
import { metricOf } from '../metrics/metric-table.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { SpanExport } from './span-export.ts';

/** Whose traces, and who hears of what is lost. */
export type TracesParts = {
  readonly mesh: Pick<Mesh, 'tracing' | 'clock'>;
  readonly identity: Identity;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Traces as whoever ends the process sees them. */
export type Traces = { close(): Promise<void> };

/**
 * Sends the spans of a process to the collector it was given. Without one nothing happens, and the OpenTelemetry packages
 * are not even loaded: they take 0.15 s and 16 MB.
 */
export async function openTraces(config: BaseConfig, { mesh, identity, log, metrics }: TracesParts): Promise<Traces> {
  const endpoint = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return { close: () => Promise.resolve() };
  const { otlpCollector } = await import('./otlp-collector.ts');
  const collector = otlpCollector({ endpoint, headers: config.OTEL_EXPORTER_OTLP_HEADERS ?? {} }, identity);
  const lost = metrics.counter(metricOf('spans_dropped_total'));
  const dropped = (reason: 'full' | 'not_sent', spans: number) => lost.add({ reason }, spans);
  const spans = new SpanExport({ collector, clock: mesh.clock, log, dropped });
  const stop = mesh.tracing.start({ ratio: config.OTEL_TRACES_SAMPLER_ARG, take: (span) => spans.take(span) });
  return {
    close: () => {
      stop();
      return spans.close();
    },
  };
}
