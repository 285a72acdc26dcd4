import { type FailureClass, failureClass, type KnownFact, type Remedy, remedy } from '@seedcore/contracts';

/** A past failure, read out of a fact tagged `incident`. */
export type KnownIncident = {
  readonly id: string;
  readonly text: string;
  /** From `class:<class>`. */
  readonly class: FailureClass | undefined;
  /** From `component:<name>`. */
  readonly component: string | undefined;
  /** From `remedy:<action>`: what was tried. */
  readonly remedy: Remedy | undefined;
  /** From `outcome:resolved` or `outcome:unresolved`. */
  readonly outcome: 'resolved' | 'unresolved' | 'unknown';
  readonly atMs: number;
  /** 0.5 when nobody said. */
  readonly trust: number;
};

/** The mark that makes a fact an incident. */
export const INCIDENT_TAG = 'incident';
const UNKNOWN_TRUST = 0.5;

/** The incidents among `facts`, each id once, trusted more than `minTrust`. */
export function knownIncidents(facts: readonly KnownFact[], minTrust: number): KnownIncident[] {
  const byId = new Map(facts.filter((fact) => fact.tags.includes(INCIDENT_TAG)).map((fact) => [fact.fact_id, fact]));
  return [...byId.values()].map(incidentOf).filter((incident) => incident.trust > minTrust);
}

function incidentOf(fact: KnownFact): KnownIncident {
  const outcome = tagged(fact, 'outcome');
  return {
    id: fact.fact_id,
    text: fact.text,
    class: failureClass.safeParse(tagged(fact, 'class')).data,
    component: tagged(fact, 'component'),
    remedy: remedy.safeParse(tagged(fact, 'remedy')).data,
    outcome: outcome === 'resolved' || outcome === 'unresolved' ? outcome : 'unknown',
    atMs: Date.parse(fact.observed_at),
    trust: fact.trust ?? UNKNOWN_TRUST,
  };
}

function tagged(fact: KnownFact, name: string): string | undefined {
  const found = fact.tags.find((tag) => tag.startsWith(`${name}:`));
  return found?.slice(name.length + 1);
}
