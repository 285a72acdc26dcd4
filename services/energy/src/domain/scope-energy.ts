import type { EnergyWeights } from '@seedcore/contracts';
import { type AgentShares, agentShares } from './agent-shares.ts';
import { energyTerms } from './energy-terms.ts';
import type { OrganismState } from './organism-state.ts';
import { type Term, type Terms, termFrom, termsFrom, unknownTerm } from './term.ts';

/** A state read at one moment, with the organ of each agent. */
export type Snapshot = {
  readonly id: string;
  /** ms since 1970. */
  readonly at: number;
  readonly state: OrganismState;
  /** Organ of each agent that has one, by agent id. */
  readonly organs: ReadonlyMap<string, string>;
};

/** The energy of a snapshot: of all, and of each agent. */
export type Sample = {
  readonly id: string;
  readonly at: number;
  readonly terms: Terms;
  readonly shares: readonly AgentShares[];
  readonly organs: ReadonlyMap<string, string>;
};

/** The energy of one scope. */
export type ScopeEnergy = { readonly terms: Terms; readonly shares: readonly AgentShares[] };

/** Computes everything about a snapshot that will be asked of it. */
export function sampleOf({ id, at, state, organs }: Snapshot, weights: EnergyWeights): Sample {
  return { id, at, organs, terms: energyTerms(state, weights), shares: agentShares(state, weights) };
}

/**
 * The energy of a scope: all terms of the organism; of an organ or agent the sum of its members' shares, in which what
 * cannot be attributed to agents is unknown.
 *
 * @param scope `organism`, `organ:<id>` or `agent:<id>`
 * @returns undefined when nobody in the sample belongs to the scope
 */
export function energyOf(sample: Sample, scope: string): ScopeEnergy | undefined {
  if (scope === 'organism') return { terms: sample.terms, shares: sample.shares };
  const shares = sample.shares.filter(({ id }) => belongs(id, scope, sample.organs));
  return shares.length === 0 ? undefined : { terms: sumOf(shares), shares };
}

/**
 * The energy of several scopes together, nobody counted twice; a scope nobody belongs to adds nothing.
 *
 * @returns undefined when nobody in the sample belongs to any of them
 */
export function energyOfAll(sample: Sample, scopes: readonly string[]): ScopeEnergy | undefined {
  const [only = 'organism'] = scopes;
  if (scopes.length === 1 || scopes.includes('organism'))
    return energyOf(sample, scopes.length === 1 ? only : 'organism');
  const shares = sample.shares.filter(({ id }) => scopes.some((scope) => belongs(id, scope, sample.organs)));
  return shares.length === 0 ? undefined : { terms: sumOf(shares), shares };
}

function belongs(agent: string, scope: string, organs: Sample['organs']): boolean {
  return scope === `agent:${agent}` || scope === `organ:${organs.get(agent)}`;
}

function sumOf(shares: readonly AgentShares[]): Terms {
  return termsFrom((name) => {
    if (name !== 'pair' && name !== 'entropy' && name !== 'reg') return unknownTerm;
    return addUp(shares.map((share) => share[name]));
  });
}

function addUp(terms: readonly Term[]): Term {
  const known = terms.filter((term) => term.known);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return termFrom(sum(known.map(({ value }) => value)), sum(known.map(({ coverage }) => coverage)) / terms.length);
}
