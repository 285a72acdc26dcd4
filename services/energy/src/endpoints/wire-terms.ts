import type { AgentShare, EnergyCoverage, EnergyTerms } from '@seedcore/contracts';
import type { AgentShares } from '../domain/agent-shares.ts';
import { knownValue, type Term, type TermName, type Terms, termNames } from '../domain/term.ts';

/** Terms as they travel: null = unknown. */
export function wireTerms(terms: Terms): EnergyTerms {
  return byName((name) => knownValue(terms[name], null));
}

/** Coverage as it travels: 0 = unknown. */
export function wireCoverage(terms: Terms): EnergyCoverage {
  return byName((name) => coverageOf(terms[name]));
}

/** Names of the terms that are unknown. */
export function absentTerms(terms: Terms): TermName[] {
  return termNames.filter((name) => !terms[name].known);
}

/** Shares of agents as they travel. */
export function wireShares(shares: readonly AgentShares[]): AgentShare[] {
  return shares.map(({ id, pair, entropy, reg }) => ({
    agent_id: id,
    pair: knownValue(pair, null),
    entropy: knownValue(entropy, null),
    reg: knownValue(reg, null),
  }));
}

function coverageOf(term: Term): number {
  return term.known ? Math.min(1, term.coverage) : 0;
}

function byName<T>(make: (name: TermName) => T): Record<TermName, T> {
  return {
    pair: make('pair'),
    hyper: make('hyper'),
    entropy: make('entropy'),
    reg: make('reg'),
    mem: make('mem'),
    drift: make('drift'),
    anomaly: make('anomaly'),
  };
}
