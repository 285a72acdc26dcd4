import type { TaskView, TriageReport } from '@seedcore/contracts';
import { isRecord } from '@seedcore/protocol';
import { duration } from '../output/quantity.ts';

/** One line of the sample's table. */
export interface SampleRow {
  readonly input: string;
  readonly path: string;
  readonly attempts: string;
  readonly outcome: string;
  /** Good, honest about what went wrong, or neither. */
  readonly verdict: 'result' | 'honest error' | 'no answer';
  readonly ms: number;
}

/** What a finished task looks like in the table. */
export function taskRow(title: string, view: TaskView, ms: number): SampleRow {
  const { type, state, attempt, result, error, route } = view;
  const path = result?.metadata.path ?? route?.queue ?? view.queue;
  const line = { input: `${type}: ${title}`, path, attempts: String(attempt), ms };
  if (result?.success) return { ...line, outcome: resultText(type, result.payload), verdict: 'result' };
  const why = result?.error ?? error;
  if (!why) return { ...line, outcome: `not finished: ${state}`, verdict: 'no answer' };
  return { ...line, outcome: `${state}: ${why.code}: ${why.message}`, verdict: 'honest error' };
}

/** What a triage looks like in the table. */
export function triageRow(title: string, { steps, anomalies, decision, reason }: TriageReport, ms: number): SampleRow {
  const asked = steps.filter(({ source }) => source !== 'skipped').map(({ service }) => service);
  const found = anomalies.length === 0 ? 'no anomaly' : `anomalies at ${indices(anomalies)}`;
  const cause = reason ? `, ${reason.error_class}` : '';
  const outcome = `${found}${cause}; decision ${decision.action} (${decision.by})`;
  return {
    input: `anomaly_triage: ${title}`,
    path: [...new Set(asked)].join(' → '),
    attempts: '1',
    outcome,
    verdict: 'result',
    ms,
  };
}

/** A result in a few words. */
export function resultText(type: string, payload: unknown): string {
  const result = isRecord(payload) && 'result' in payload ? payload['result'] : payload;
  const fields = isRecord(result) ? result : {};
  switch (type) {
    case 'analyze_series':
      return `${fields['n']} values, mean ${rounded(fields['mean'])}, ${anomaliesText(fields['anomalies'])}`;
    case 'json_transform':
      return JSON.stringify(fields['result']) ?? 'nothing';
    case 'fact_store':
      return fields['duplicate_of'] ? `known already as ${fields['duplicate_of']}` : `stored as ${fields['fact_id']}`;
    case 'fact_search':
      return factsText(fields['facts']);
    case 'wait':
      return `waited ${duration(Number(fields['waited_ms']))}`;
    default:
      return JSON.stringify(result) ?? 'nothing';
  }
}

function anomaliesText(value: unknown): string {
  if (!Array.isArray(value)) return 'anomalies unknown';
  return value.length === 0 ? 'no anomaly' : `anomalies at ${indices(value)}`;
}

function indices(list: readonly unknown[]): string {
  const shown = list.slice(0, 5).map((one) => (isRecord(one) ? String(one['index']) : '?'));
  return shown.join(', ') + (list.length > shown.length ? ` and ${list.length - shown.length} more` : '');
}

function factsText(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  return isRecord(first) ? `found: ${String(first['text'])}` : 'found nothing';
}

function rounded(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(3))) : '?';
}
