import type { Mesh, MeshObserver, TargetReport } from '@seedcore/mesh';
import { metricOf } from './metric-table.ts';
import type { Metrics } from './metrics.ts';
import { remembered } from './remembered.ts';

const BREAKER_VALUE = { closed: 0, half_open: 1, open: 2 } as const;

/** Metrics of the calling side and of the connection; stops when the returned function is called. */
export function meshMetrics(metrics: Metrics, mesh: Pick<Mesh, 'observe' | 'resources'>): () => void {
  targetGauges(metrics, mesh);
  const stops = [callObserver, decisionObserver, standInObserver, connectionObserver].map((observer) =>
    mesh.observe(observer(metrics)),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

function targetGauges(metrics: Metrics, mesh: Pick<Mesh, 'resources'>): void {
  metrics.gauge(metricOf('breaker_state'), (set) => {
    for (const { target, breaker } of mesh.resources()) set(labels(target), BREAKER_VALUE[breaker.state]);
  });
  metrics.gauge(metricOf('ejected_instances'), (set) => {
    const ejected = ({ instances }: TargetReport) => instances.filter(({ state }) => state === 'ejected').length;
    for (const [service, count] of worstOf(mesh.resources(), ejected)) set({ service }, count);
  });
  metrics.gauge(metricOf('panic'), (set) => {
    for (const [service, panic] of worstOf(mesh.resources(), (report) => Number(report.panic))) set({ service }, panic);
  });
  metrics.gauge(metricOf('client_in_flight'), (set) => {
    for (const { target, in_flight } of mesh.resources()) set(labels(target), in_flight);
  });
  metrics.gauge(metricOf('client_queued'), (set) => {
    for (const { target, queued } of mesh.resources()) set(labels(target), queued);
  });
}

/** The highest value among the endpoints of each service. */
function worstOf(reports: readonly TargetReport[], value: (report: TargetReport) => number): Map<string, number> {
  const worst = new Map<string, number>();
  for (const report of reports) {
    const { service } = labels(report.target);
    worst.set(service, Math.max(worst.get(service) ?? 0, value(report)));
  }
  return worst;
}

function callObserver(metrics: Metrics): MeshObserver {
  const duration = metrics.histogram(metricOf('call_duration_seconds'));
  const attempts = metrics.counter(metricOf('attempts_total'));
  const ended = remembered((target) => remembered((outcome) => duration.of({ ...labels(target), outcome })));
  const attempted = remembered((target) => remembered((code) => attempts.of({ ...labels(target), code })));
  return {
    call: ({ target, outcome, ms }) => ended(target)(outcome).observe(ms / 1000),
    attempt: ({ target, code }) => attempted(target)(code).add(),
  };
}

function decisionObserver(metrics: Metrics): MeshObserver {
  const retries = metrics.counter(metricOf('retries_total'));
  const transitions = metrics.counter(metricOf('breaker_transitions_total'));
  const refused = metrics.counter(metricOf('refused_locally_total'));
  const hedges = metrics.counter(metricOf('hedges_total'));
  return {
    decision: (target, decision) => {
      const reason = 'reason' in decision && decision.reason !== undefined ? String(decision.reason) : '';
      if (decision.layer === 'retry') retries.add({ ...labels(target), decision: reason || decision.decision });
      else if (decision.decision === 'refused') refused.add({ ...labels(target), reason: decision.layer });
      else if (decision.layer === 'hedge') hedges.add({ ...labels(target), outcome: decision.decision });
      else if (decision.layer === 'breaker') transitions.add({ ...labels(target), to: decision.decision, reason });
    },
  };
}

function standInObserver(metrics: Metrics): MeshObserver {
  const fallbacks = metrics.counter(metricOf('fallbacks_total'));
  const coalesced = metrics.counter(metricOf('coalesced_total'));
  return {
    decision: (target, { layer, decision }) => {
      if (layer === 'fallback') fallbacks.add({ ...labels(target), source: decision });
      else if (layer === 'single_flight') coalesced.add(labels(target));
    },
  };
}

function connectionObserver(metrics: Metrics): MeshObserver {
  const reconnects = metrics.counter(metricOf('reconnects_total'));
  const late = metrics.counter(metricOf('late_replies_total'));
  const events = metrics.counter(metricOf('events_total'));
  const unrecorded = metrics.counter(metricOf('call_records_dropped_total'));
  const rejected = metrics.counter(metricOf('config_rejected_total'));
  const faults = metrics.counter(metricOf('faults_total'));
  let wasDown = false;
  return {
    lateReply: () => late.add({}),
    recordDropped: () => unrecorded.add({}),
    configRejected: () => rejected.add({}),
    befallen: (kind) => faults.add({ kind }),
    event: ({ event, direction, outcome }) => events.add({ event, direction, outcome }),
    state: (state) => {
      if (state === 'up' && wasDown) reconnects.add({});
      wasDown = state === 'down';
    },
  };
}

function labels(target: string): { service: string; endpoint: string } {
  const dot = target.indexOf('.');
  return { service: target.slice(0, dot), endpoint: target.slice(dot + 1) };
}
