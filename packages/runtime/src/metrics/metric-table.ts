import type { Kind } from './family.ts';
import type { MetricSpec } from './metric-spec.ts';

type Row = { readonly kind: Kind; readonly help: string; readonly labels: readonly string[] };

/** Every metric hosting and calling have; prefix `seedcore_`, durations in seconds. Services add their own. */
export const metricTable = {
  call_duration_seconds: {
    kind: 'histogram',
    help: 'Own calls with all their attempts.',
    labels: ['service', 'endpoint', 'outcome'],
  },
  attempts_total: { kind: 'counter', help: 'Attempts of own calls.', labels: ['service', 'endpoint', 'code'] },
  retries_total: {
    kind: 'counter',
    help: 'What was decided after failed attempts: wait, or why not.',
    labels: ['service', 'endpoint', 'decision'],
  },
  breaker_state: { kind: 'gauge', help: '0 closed, 1 half open, 2 open.', labels: ['service', 'endpoint'] },
  breaker_transitions_total: {
    kind: 'counter',
    help: 'Changes of breakers.',
    labels: ['service', 'endpoint', 'to', 'reason'],
  },
  ejected_instances: {
    kind: 'gauge',
    help: 'Instances nobody here calls because their breaker is open, of the worst endpoint.',
    labels: ['service'],
  },
  panic: {
    kind: 'gauge',
    help: '1 while instances with an open breaker are called all the same.',
    labels: ['service'],
  },
  hedges_total: {
    kind: 'counter',
    help: 'Second attempts sent before the first had ended, and which of the two answered first.',
    labels: ['service', 'endpoint', 'outcome'],
  },
  fallbacks_total: {
    kind: 'counter',
    help: 'Own calls answered by something that stood in, by what it was.',
    labels: ['service', 'endpoint', 'source'],
  },
  coalesced_total: {
    kind: 'counter',
    help: 'Own calls that shared the request of an equal one.',
    labels: ['service', 'endpoint'],
  },
  client_in_flight: { kind: 'gauge', help: 'Own calls running.', labels: ['service', 'endpoint'] },
  client_queued: { kind: 'gauge', help: 'Own calls waiting for a slot.', labels: ['service', 'endpoint'] },
  refused_locally_total: {
    kind: 'counter',
    help: 'Own calls that were not sent, by the layer that refused.',
    labels: ['service', 'endpoint', 'reason'],
  },
  request_duration_seconds: { kind: 'histogram', help: 'From arrival to reply.', labels: ['endpoint', 'code'] },
  queue_seconds: { kind: 'histogram', help: 'From arrival to the start of the handler.', labels: ['endpoint'] },
  in_flight: { kind: 'gauge', help: 'Handlers running.', labels: ['endpoint'] },
  limit: { kind: 'gauge', help: 'Handlers that may run at the same time.', labels: ['endpoint'] },
  queued: { kind: 'gauge', help: 'Requests waiting for a slot.', labels: ['endpoint', 'criticality'] },
  refused_total: {
    kind: 'counter',
    help: 'Requests without a regular answer, by reason.',
    labels: ['endpoint', 'reason'],
  },
  replays_total: { kind: 'counter', help: 'Kept replies given in place of a run.', labels: ['endpoint'] },
  degraded_total: {
    kind: 'counter',
    help: 'Answers that were not live, by what stood in.',
    labels: ['endpoint', 'source'],
  },
  leaked_handlers: { kind: 'gauge', help: 'Handlers running 30 s past their deadline.', labels: [] },
  brownout_level: { kind: 'gauge', help: 'What is shed: 0 nothing, 3 all but critical calls.', labels: [] },
  lifecycle: { kind: 'gauge', help: '1 for the state it is in.', labels: ['state'] },
  utilisation: { kind: 'gauge', help: 'Slots taken, of the fullest endpoint; 1 is full.', labels: [] },
  connected: { kind: 'gauge', help: '1 while messages can be sent.', labels: [] },
  reconnects_total: { kind: 'counter', help: 'Times the connection came back.', labels: [] },
  late_replies_total: { kind: 'counter', help: 'Replies after their request was given up.', labels: [] },
  events_total: {
    kind: 'counter',
    help: 'Events published and received.',
    labels: ['event', 'direction', 'outcome'],
  },
  call_records_dropped_total: {
    kind: 'counter',
    help: 'Records of calls that were not made because there were too many in their second.',
    labels: [],
  },
  spans_dropped_total: {
    kind: 'counter',
    help: 'Spans the trace collector did not get, by why: too many waited, or it took none.',
    labels: ['reason'],
  },
  config_rejected_total: { kind: 'counter', help: 'Settings that could not be used.', labels: [] },
  faults_total: {
    kind: 'counter',
    help: 'What faults that are on did to messages and the connection.',
    labels: ['kind'],
  },
  event_loop_delay_seconds: { kind: 'gauge', help: 'Median delay of the last second.', labels: [] },
  series_dropped_total: { kind: 'counter', help: 'Writes without a series, because there are 2000.', labels: [] },
  build_info: { kind: 'gauge', help: 'Always 1.', labels: ['version', 'contract'] },
} as const satisfies Record<string, Row>;

/** Name of a metric without its prefix. */
export type MetricName = keyof typeof metricTable;
type LabelOf<N extends MetricName> = (typeof metricTable)[N]['labels'][number];

/** What to make a metric of the table with. */
export function metricOf<N extends MetricName>(name: N): MetricSpec<LabelOf<N>> {
  const { help, labels } = metricTable[name];
  return { name: `seedcore_${name}`, help, labels };
}
