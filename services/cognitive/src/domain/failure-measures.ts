import type { IncidentContext } from '@seedcore/contracts';
import type { Sign } from './failure-names.ts';
import { figure } from './figure.ts';
import { templateWords } from './incident-template.ts';

const METRIC_WEIGHT = 1.5;
const CHANGE_WEIGHT = 2;
const REPETITION_WEIGHT = 1;
/** A change this long before the first error is suspected. */
const CHANGE_WINDOW_MS = 15 * 60_000;

const CHANGE =
  /deploy|releas|roll(ed)? ?out|upgrad|migrat|config|setting|flag|secret rotat|chang|развер|выкат|обновл|настро|измен/i;
const FAILURE = /fail|error|reject|refus|exception|crash|timed? ?out|denied|ошибк|отказ|сбой|упал/i;

type Metric = {
  readonly id: string;
  readonly class: Sign['class'];
  readonly fires: (name: string, value: number, all: Metrics) => boolean;
};
type Metrics = Readonly<Record<string, number>>;

const metrics: readonly Metric[] = [
  { id: 'cpu', class: 'overload', fires: (name, value) => /cpu/i.test(name) && value > 0.9 && value <= 1.5 },
  {
    id: 'memory',
    class: 'resource_exhausted',
    fires: (name, value) => /mem|heap/i.test(name) && value > 0.9 && value <= 1.5,
  },
  {
    id: 'disk',
    class: 'resource_exhausted',
    fires: (name, value) => /disk|storage/i.test(name) && value > 0.9 && value <= 1.5,
  },
  { id: 'queue', class: 'overload', fires: queueOverLimit },
  {
    id: 'error_rate',
    class: 'dependency_down',
    fires: (name, value) => /error_?(rate|ratio|share)/i.test(name) && value > 0.1 && value <= 1,
  },
];

/** A metric named like a queue lies above the one of the same name ending in `_limit` (or `queue_limit`). */
function queueOverLimit(name: string, value: number, all: Metrics): boolean {
  if (!/queue|backlog/i.test(name) || name.endsWith('_limit')) return false;
  const limit = all[`${name}_limit`] ?? all['queue_limit'];
  return limit !== undefined && value > limit;
}

/** Signs in metrics, anomalies and the timeline; `nowMs` is when the failure was asked about. */
export function measuredSigns(incident: IncidentContext, nowMs: number): Sign[] {
  return [
    ...metricSigns(incident.metrics ?? {}),
    ...anomalySigns(incident),
    ...changeSigns(incident, nowMs),
    ...repetitionSigns(incident),
  ];
}

function metricSigns(all: Metrics): Sign[] {
  return metrics.flatMap((metric) => {
    const found = Object.entries(all).find(([name, value]) => metric.fires(name, value, all));
    if (found === undefined) return [];
    const quote = `${found[0]} ${figure(found[1])}`;
    return [{ rule: `metric.${metric.id}`, class: metric.class, weight: METRIC_WEIGHT, quote }];
  });
}

function anomalySigns({ anomalies = [] }: IncidentContext): Sign[] {
  if (anomalies.length === 0) return [];
  const quote = `${anomalies.length} values outside their usual range`;
  return [{ rule: 'anomalies', class: 'data_quality', weight: REPETITION_WEIGHT, quote }];
}

/** A change shortly before the first error speaks for the configuration. */
function changeSigns({ timeline = [] }: IncidentContext, nowMs: number): Sign[] {
  const events = timeline.map(({ at, event }) => ({ atMs: Date.parse(at), event }));
  const errors = events.filter(({ event }) => FAILURE.test(event)).map(({ atMs }) => atMs);
  const firstError = errors.length === 0 ? nowMs : Math.min(...errors);
  const change = events.find(
    ({ atMs, event }) =>
      CHANGE.test(event) && !FAILURE.test(event) && atMs <= firstError && firstError - atMs <= CHANGE_WINDOW_MS,
  );
  if (change === undefined) return [];
  return [{ rule: 'change', class: 'configuration', weight: CHANGE_WEIGHT, quote: change.event.slice(0, 140) }];
}

/** Failing alike every time speaks for a defect or bad input; failing differently, for a passing trouble. */
function repetitionSigns({ message, timeline = [] }: IncidentContext): Sign[] {
  const errors = timeline.filter(({ event }) => FAILURE.test(event));
  if (errors.length < 2) return [];
  const own = templateWords(message).join(' ');
  const alike = errors.every(({ event }) => templateWords(event).join(' ').includes(own));
  const sign = { weight: REPETITION_WEIGHT, quote: `${errors.length} failures in the timeline` };
  return alike
    ? [
        { ...sign, rule: 'repeated.logic_defect', class: 'logic_defect' },
        { ...sign, rule: 'repeated.bad_input', class: 'bad_input' },
      ]
    : [{ ...sign, rule: 'varied', class: 'transient_network' }];
}
