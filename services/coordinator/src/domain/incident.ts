import type { Anomaly, IncidentContext } from '@seedcore/contracts';
import type { Detection } from './detection.ts';

/** What is known when thinking is asked for the cause. */
export type Incident = Detection & {
  readonly agent_id: string;
  readonly domain: string;
  readonly n: number;
  readonly drift: number | undefined;
  readonly metrics: Readonly<Record<string, number>>;
  readonly context: Readonly<Record<string, unknown>>;
};

const MAX_ANOMALIES = 100;
const MAX_METRICS = 64;

/** The incident as cognitive takes it; the caller's context goes in as data, never as instructions. */
export function incidentContext(incident: Incident): IncidentContext {
  return {
    message: `${headline(incident)}${contextNote(incident.context)}`.slice(0, 4_000),
    component: incident.agent_id,
    task_type: incident.domain,
    anomalies: incident.anomalies.slice(0, MAX_ANOMALIES),
    metrics: Object.fromEntries(Object.entries(metricsOf(incident)).slice(0, MAX_METRICS)),
  };
}

/** `2 anomalies in 120 points, worst at 2: 5`. */
export function headline({
  found,
  anomalies,
  n,
  drift,
}: Pick<Incident, 'found' | 'anomalies' | 'n' | 'drift'>): string {
  const worst = worstOf(anomalies);
  const count = found === 1 ? '1 anomaly' : `${found} anomalies`;
  const where = worst === undefined ? '' : `, worst at ${worst.index}: ${worst.value}`;
  return `${count} in ${n} points${where}${drift === undefined ? '' : `, drift ${drift.toFixed(2)}`}`;
}

function worstOf(anomalies: readonly Anomaly[]): Anomaly | undefined {
  return anomalies.reduce<Anomaly | undefined>(
    (worst, one) => (worst === undefined || one.score > worst.score ? one : worst),
    undefined,
  );
}

function metricsOf({ n, found, drift, metrics }: Incident): Record<string, number> {
  const own = { points: n, anomalies: found, ...(drift === undefined ? {} : { drift }) };
  return { ...own, ...metrics };
}

function contextNote(context: Readonly<Record<string, unknown>>): string {
  return Object.keys(context).length === 0 ? '' : `; context: ${JSON.stringify(context)}`;
}
