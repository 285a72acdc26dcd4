import type { EnergyWeights } from '@seedcore/contracts';
import { inner, pairEnergy } from './energy-terms.ts';
import type { AgentState, OrganismState } from './organism-state.ts';
import { roleEntropy } from './role-row.ts';
import { type Term, termFrom, unknownTerm } from './term.ts';

/** What one agent contributes to the terms that can be attributed to agents. */
export type AgentShares = {
  readonly id: string;
  readonly pair: Term;
  readonly entropy: Term;
  readonly reg: Term;
};

/**
 * The share of each agent in pair, entropy and reg. The energy of a pair is split equally between its two.
 *
 * Invariant: the shares of a term add up to it.
 */
export function agentShares(state: OrganismState, weights: EnergyWeights): AgentShares[] {
  const pairs = state.pairs ? pairShares(state.agents, state.pairs) : undefined;
  return state.agents.map((agent, i) => ({
    id: agent.id,
    pair: pairs?.[i] ?? unknownTerm,
    ...ownShares(agent, weights),
  }));
}

function ownShares({ h, p }: AgentState, weights: EnergyWeights): { entropy: Term; reg: Term } {
  return {
    entropy: p ? termFrom(-weights.alpha * roleEntropy(p), 1) : unknownTerm,
    reg: h ? termFrom(weights.lambda * inner(h, h), 1) : unknownTerm,
  };
}

type Tally = { energy: number; known: number; all: number };

function pairShares(agents: readonly AgentState[], pairs: NonNullable<OrganismState['pairs']>): Term[] {
  const tallies = agents.map((): Tally => ({ energy: 0, known: 0, all: 0 }));
  for (const pair of pairs) {
    const energy = pairEnergy(agents, pair);
    for (const tally of [tallies[pair.from], tallies[pair.to]]) if (tally) count(tally, energy, Math.abs(pair.w));
  }
  return tallies.map(({ energy, known, all }) => termFrom(energy, all === 0 ? 1 : known / all));
}

function count(tally: Tally, energy: number | undefined, weight: number): void {
  tally.all += weight;
  if (energy === undefined) return;
  tally.energy += energy / 2;
  tally.known += weight;
}
