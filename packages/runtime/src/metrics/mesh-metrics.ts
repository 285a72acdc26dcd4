import type { Mesh, MeshObserver } from '@seedcore/mesh';
import type { Metrics } from './metrics.ts';

const BREAKER_VALUE = { closed: 0, half_open: 1, open: 2 } as const;
const TARGET = ['service', 'endpoint'] as const;

/** Metrics of the calling side and of the connection; stops when the returned function is called. */
export function meshMetrics(metrics: Metrics, mesh: Pick<Mesh, 'observe' | 'resources'>): () => void {
  targetGauges(metrics, mesh);
  const stops = [callObserver(metrics), decisionObserver(metrics), connectionObserver(metrics)].map((one) =>
    mesh.observe(one),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

function targetGauges(metrics: Metrics, mesh: Pick<Mesh, 'resources'>): void {
  metrics.gauge({ name: 'seedcore_breaker_state', help: '0 closed, 1 half open, 2 open.', labels: TARGET }, (set) => {
    for (const { target, breaker } of mesh.resources()) set(labels(target), BREAKER_VALUE[breaker.state]);
  });
  metrics.gauge({ name: 'seedcore_client_in_flight', help: 'Own calls running.', labels: TARGET }, (set) => {
    for (const { target, in_flight } of mesh.resources()) set(labels(target), in_flight);
  });
  metrics.gauge({ name: 'seedcore_client_queued', help: 'Own calls waiting for a slot.', labels: TARGET }, (set) => {
    for (const { target, queued } of mesh.resources()) set(labels(target), queued);
  });
}

function callObserver(metrics: Metrics): MeshObserver {
  const duration = metrics.histogram({
    name: 'seedcore_call_duration_seconds',
    help: 'Own calls with all their attempts.',
    labels: [...TARGET, 'outcome'],
  });
  const attempts = metrics.counter({
    name: 'seedcore_attempts_total',
    help: 'Attempts of own calls.',
    labels: [...TARGET, 'code'],
  });
  return {
    call: ({ target, outcome, ms }) => duration.observe({ ...labels(target), outcome }, ms / 1000),
    attempt: ({ target, code }) => attempts.add({ ...labels(target), code }),
  };
}

function decisionObserver(metrics: Metrics): MeshObserver {
  const retries = metrics.counter({
    name: 'seedcore_retries_total',
    help: 'What was decided after failed attempts: wait, or why not.',
    labels: [...TARGET, 'decision'],
  });
  const transitions = metrics.counter({
    name: 'seedcore_breaker_transitions_total',
    help: 'Changes of breakers.',
    labels: [...TARGET, 'to', 'reason'],
  });
  const refused = metrics.counter({
    name: 'seedcore_refused_locally_total',
    help: 'Own calls that were not sent, by the layer that refused.',
    labels: [...TARGET, 'reason'],
  });
  return {
    decision: (target, decision) => {
      const reason = 'reason' in decision && decision.reason !== undefined ? String(decision.reason) : '';
      if (decision.layer === 'retry') retries.add({ ...labels(target), decision: reason || decision.decision });
      else if (decision.decision === 'refused') refused.add({ ...labels(target), reason: decision.layer });
      else if (decision.layer === 'breaker') transitions.add({ ...labels(target), to: decision.decision, reason });
    },
  };
}

function connectionObserver(metrics: Metrics): MeshObserver {
  const reconnects = metrics.counter({ name: 'seedcore_reconnects_total', help: 'Times the connection came back.' });
  const late = metrics.counter({
    name: 'seedcore_late_replies_total',
    help: 'Replies after their request was given up.',
  });
  const events = metrics.counter({
    name: 'seedcore_events_total',
    help: 'Events published and received.',
    labels: ['event', 'direction', 'outcome'],
  });
  const rejected = metrics.counter({
    name: 'seedcore_config_rejected_total',
    help: 'Settings an operator wrote that are not used.',
  });
  let wasDown = false;
  return {
    lateReply: () => late.add({}),
    configRejected: () => rejected.add({}),
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
