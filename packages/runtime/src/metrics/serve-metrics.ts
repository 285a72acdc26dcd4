import { replyCode } from '../reply/reply.ts';
import { type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { metricOf } from './metric-table.ts';
import type { Metrics } from './metrics.ts';
import { remembered } from './remembered.ts';

/** Metrics of the serving side; `served` is asked at every scrape. */
export function serveMetrics(metrics: Metrics, served: () => readonly ServedEndpoint[]): ServeObserver {
  gauges(metrics, served);
  const duration = metrics.histogram(metricOf('request_duration_seconds'));
  const queue = metrics.histogram(metricOf('queue_seconds'));
  const refused = metrics.counter(metricOf('refused_total'));
  const degraded = metrics.counter(metricOf('degraded_total'));
  const queued = metrics.gauge(metricOf('queued'));
  const waiting = new Map<string, number>();
  const answered = remembered((endpoint) => remembered((code) => duration.of({ endpoint, code })));
  const begun = remembered((endpoint) => queue.of({ endpoint }));
  return {
    ...silentObserver,
    dropped: ({ name }, reason) => refused.add({ endpoint: name, reason }),
    refused: ({ name }, reason) => refused.add({ endpoint: name, reason }),
    replyLost: ({ name }) => refused.add({ endpoint: name, reason: 'reply_lost' }),
    cancelled: ({ name }) => refused.add({ endpoint: name, reason: 'cancelled' }),
    queued: ({ name }, ms) => begun(name).observe(ms / 1000),
    waiting: ({ name }, criticality, change) => {
      const now = (waiting.get(`${name} ${criticality}`) ?? 0) + change;
      waiting.set(`${name} ${criticality}`, now);
      queued.set({ endpoint: name, criticality }, now);
    },
    replied: ({ endpoint: { name }, reply, ms }) => {
      answered(name)(replyCode(reply)).observe(ms / 1000);
      if (reply.kind !== 'value') return;
      if (reply.degradedSource !== undefined) degraded.add({ endpoint: name, source: reply.degradedSource });
      if (reply.mismatch !== undefined) refused.add({ endpoint: name, reason: 'output_mismatch' });
    },
  };
}

function gauges(metrics: Metrics, served: () => readonly ServedEndpoint[]): void {
  metrics.gauge(metricOf('in_flight'), (set) => {
    for (const { name, gate } of served()) set({ endpoint: name }, gate.running);
  });
  metrics.gauge(metricOf('limit'), (set) => {
    for (const { name, gate } of served()) set({ endpoint: name }, gate.limit);
  });
  metrics.gauge(metricOf('leaked_handlers'), (set) =>
    set(
      {},
      served().reduce((sum, { leaked }) => sum + leaked, 0),
    ),
  );
  metrics.gauge(metricOf('utilisation'), (set) =>
    set({}, Math.max(0, ...served().map(({ gate }) => gate.running / gate.limit))),
  );
}
