import { replyCode } from '../reply/reply.ts';
import { type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import type { Metrics } from './metrics.ts';

/** Metrics of the serving side; `served` is asked at every scrape. */
export function serveMetrics(metrics: Metrics, served: () => readonly ServedEndpoint[]): ServeObserver {
  gauges(metrics, served);
  const duration = metrics.histogram({
    name: 'seedcore_request_duration_seconds',
    help: 'From arrival to reply.',
    labels: ['endpoint', 'code'],
  });
  const queue = metrics.histogram({
    name: 'seedcore_queue_seconds',
    help: 'From arrival to the start of the handler.',
    labels: ['endpoint'],
  });
  const refused = metrics.counter({
    name: 'seedcore_refused_total',
    help: 'Requests that were not run, by reason.',
    labels: ['endpoint', 'reason'],
  });
  const degraded = metrics.counter({
    name: 'seedcore_degraded_total',
    help: 'Answers that were not live, by what stood in.',
    labels: ['endpoint', 'source'],
  });
  const queued = metrics.gauge({
    name: 'seedcore_queued',
    help: 'Requests waiting for a slot.',
    labels: ['endpoint', 'criticality'],
  });
  const waiting = new Map<string, number>();
  return {
    ...silentObserver,
    dropped: ({ name }, reason) => refused.add({ endpoint: name, reason }),
    refused: ({ name }, reason) => refused.add({ endpoint: name, reason }),
    replyLost: ({ name }) => refused.add({ endpoint: name, reason: 'reply_lost' }),
    cancelled: ({ name }) => refused.add({ endpoint: name, reason: 'cancelled' }),
    queued: ({ name }, ms) => queue.observe({ endpoint: name }, ms / 1000),
    waiting: ({ name }, criticality, change) => {
      const now = (waiting.get(`${name} ${criticality}`) ?? 0) + change;
      waiting.set(`${name} ${criticality}`, now);
      queued.set({ endpoint: name, criticality }, now);
    },
    replied: ({ endpoint: { name }, reply, ms }) => {
      duration.observe({ endpoint: name, code: replyCode(reply) }, ms / 1000);
      if (reply.kind === 'value' && reply.degradedSource !== undefined)
        degraded.add({ endpoint: name, source: reply.degradedSource });
    },
  };
}

function gauges(metrics: Metrics, served: () => readonly ServedEndpoint[]): void {
  metrics.gauge({ name: 'seedcore_in_flight', help: 'Handlers running.', labels: ['endpoint'] }, (set) => {
    for (const { name, gate } of served()) set({ endpoint: name }, gate.running);
  });
  metrics.gauge(
    { name: 'seedcore_limit', help: 'Handlers that may run at the same time.', labels: ['endpoint'] },
    (set) => {
      for (const { name, gate } of served()) set({ endpoint: name }, gate.limit);
    },
  );
  metrics.gauge({ name: 'seedcore_leaked_handlers', help: 'Handlers running 30 s past their deadline.' }, (set) =>
    set(
      {},
      served().reduce((sum, { leaked }) => sum + leaked, 0),
    ),
  );
  metrics.gauge({ name: 'seedcore_utilisation', help: 'Slots taken, of the fullest endpoint; 1 is full.' }, (set) =>
    set({}, Math.max(0, ...served().map(({ gate }) => gate.running / gate.limit))),
  );
}
