import type { Evidence, FailureAnalysis, IncidentContext } from '@seedcore/contracts';
import { type ChosenRemedy, chooseRemedy } from './choose-remedy.ts';
import { type Classification, type ClassProbability, classifyFailure } from './classify-failure.ts';
import { failureLore, remedyLore } from './failure-lore.ts';
import { cut, figure, rounded } from './figure.ts';
import type { KnownIncident } from './known-incident.ts';
import { type Similar, similarIncidents } from './similar-incidents.ts';

/** What a failure is and what to do about it, without the fields every thought carries. */
export type FailureStory = Omit<FailureAnalysis, 'confidence_basis' | 'meta'> & { readonly unknown: string[] };

const MOST_HYPOTHESES = 5;
const MOST_SIMILAR = 5;
const MOST_RISKS = 8;
const MOST_EVIDENCE = 12;
const MOST_CONFIDENT = 0.9;
/** Similar incidents that make a class as sure as it gets. */
const ENOUGH_SIMILAR = 5;
/** An unnamed class is at most this sure, and only as far as a past incident is like it. */
const UNKNOWN_CONFIDENCE = 0.45;

/** Analyses one failure against the past `incidents`. */
export function explainFailure(
  incident: IncidentContext,
  incidents: readonly KnownIncident[],
  nowMs: number,
): FailureStory {
  const found = classifyFailure(incident, incidents, nowMs);
  const component = incident.component ?? incident.task_type;
  const similar = similarIncidents(incidents, { message: incident.message, class: found.class, component });
  const remedy = chooseRemedy(found.class, incident, similar);
  return {
    error_class: found.class,
    thought: cut(thoughtOf(found, similar, remedy), 1200),
    transient: failureLore[found.class].transient,
    hypotheses: hypothesesOf(found),
    proposed_solution: solutionOf(remedy, component),
    risk_factors: risksOf(incident, found, remedy),
    similar_incidents: similar.slice(0, MOST_SIMILAR).map(similarLine),
    confidence: rounded(confidenceOf(found, similar)),
    evidence: evidenceOf(found, similar),
    unknown: unknownOf(incident),
  };
}

/** p × (0.6 + 0.4 × min(1, similar / 5)), at most 0.9; for `unknown`, 0.45 × the best similarity. */
function confidenceOf(found: Classification, similar: readonly Similar[]): number {
  if (found.class === 'unknown') return UNKNOWN_CONFIDENCE * (similar[0]?.similarity ?? 0);
  const support = 0.6 + 0.4 * Math.min(1, similar.length / ENOUGH_SIMILAR);
  return Math.min(MOST_CONFIDENT, found.probability * support);
}

/** The classes some rule speaks for, likeliest first; where none does, that nothing is known. */
function hypothesesOf(found: Classification): FailureAnalysis['hypotheses'] {
  const spokenFor = found.ranked.filter(({ signs }) => signs.length > 0).slice(0, MOST_HYPOTHESES);
  const unknown = found.ranked.filter((ranked) => ranked.class === 'unknown');
  return (spokenFor.length > 0 ? spokenFor : unknown).map((ranked) => ({
    cause: failureLore[ranked.class].cause,
    class: ranked.class,
    probability: rounded(ranked.probability),
    evidence: ranked.signs.map(({ rule }) => `rule:${rule}`),
    test: failureLore[ranked.class].test,
  }));
}

function solutionOf({ action, backedBy, retryAfterMs }: ChosenRemedy, component: string | undefined) {
  const { text, reversible } = remedyLore[action];
  const where = component === undefined ? '' : ` Concerns ${component}.`;
  const because = backedBy.length === 0 ? '' : ` It resolved ${backedBy.length} similar incidents.`;
  return {
    action,
    text: `${text}${where}${because}`,
    reversible,
    ...(retryAfterMs === undefined ? {} : { retry_after_ms: retryAfterMs }),
  };
}

function risksOf(incident: IncidentContext, found: Classification, { action }: ChosenRemedy) {
  const risks: FailureAnalysis['risk_factors'] = [];
  const { attempt = 0, idempotent, anomalies = [] } = incident;
  if (found.class === 'unknown') risks.push({ text: 'the cause is not known', severity: 'medium' });
  if (failureLore[found.class].transient && idempotent !== true)
    risks.push({
      text: 'it may have taken effect already, and it is not known to be safe to repeat',
      severity: 'high',
    });
  if (attempt >= 3) risks.push({ text: `${attempt} attempts have failed; another may fail alike`, severity: 'medium' });
  if (action === 'restart_component')
    risks.push({ text: 'a restart interrupts whatever the component is doing', severity: 'medium' });
  if (action === 'rollback')
    risks.push({ text: 'a rollback also takes back what the change was for', severity: 'medium' });
  if (action === 'reduce_load') risks.push({ text: 'work that is shed is late or lost', severity: 'low' });
  const severe = anomalies.filter(({ severity }) => severity === 'high').length;
  if (severe > 0) risks.push({ text: `${severe} anomalies of high severity`, severity: 'high' });
  return risks.slice(0, MOST_RISKS);
}

function thoughtOf(found: Classification, similar: readonly Similar[], remedy: ChosenRemedy): string {
  const because = [...new Set(found.ranked[0]?.signs.map(({ quote }) => `"${cut(quote, 80)}"`))].join(', ');
  const named =
    found.class === 'unknown'
      ? `No class is convincing${because === '' ? ': no rule fired' : `; the nearest is ${found.ranked[0]?.class} (${because})`}.`
      : `Most likely ${found.class} (p = ${figure(found.probability)}): ${failureLore[found.class].cause}. Signs: ${because}.`;
  const known =
    similar.length === 0 ? 'No similar incident is known.' : `${similar.length} similar incidents are known.`;
  const worked = remedy.backedBy.length === 0 ? '' : ` ${remedy.action} resolved ${remedy.backedBy.length} of them.`;
  return `${named} ${known}${worked} Proposed: ${remedy.action}.`;
}

function similarLine({ incident, similarity }: Similar): FailureAnalysis['similar_incidents'][number] {
  const { id, outcome, remedy } = incident;
  const by = outcome === 'resolved' && remedy !== undefined ? { resolved_by: remedy } : {};
  return { id, similarity: rounded(similarity), outcome, ...by };
}

function evidenceOf(found: Classification, similar: readonly Similar[]): Evidence[] {
  const first: ClassProbability | undefined = found.ranked[0];
  const rules = (first?.signs ?? []).map(({ rule, weight, quote }) => ({
    ref: `rule:${rule}`,
    weight,
    quote: cut(quote, 140),
  }));
  const facts = similar.map(({ incident, similarity }) => ({
    ref: `fact:${incident.id}`,
    weight: rounded(similarity),
    quote: cut(incident.text, 140),
  }));
  return [...rules, ...facts].slice(0, MOST_EVIDENCE);
}

/** What would have helped. */
function unknownOf(incident: IncidentContext): string[] {
  const wanted = ['error_code', 'component', 'attempt', 'idempotent', 'timeline', 'metrics'] as const;
  return wanted.filter((field) => incident[field] === undefined);
}
