import type { EnergyWeights } from '@seedcore/contracts';
import type { AgentState, OrganismState, PairWeight } from './organism-state.ts';
import { roleEntropy } from './role-row.ts';
import { type Term, type Terms, termFrom, unknownTerm } from './term.ts';
import { patternWeight } from './weights.ts';

/**
 * The energy of a state by term; lower is better.
 *
 * pair −Σ W_ij⟨h_i, h_j⟩ · hyper −Σ w_k E_k · entropy −α Σ H(p_i) · reg λ Σ‖h_i‖² · mem β p (1 − 1/max(r, 1)) ·
 * drift λ_d s · anomaly μ a. An agent with unknown h takes no part in pair and reg and lowers their coverage.
 *
 * @param state all known h of one length
 */
export function energyTerms(state: OrganismState, weights: EnergyWeights): Terms {
  const { agents, pairs, patterns, memory, drift, anomaly } = state;
  return {
    pair: pairs ? pairTerm(agents, pairs) : unknownTerm,
    hyper: patterns ? termFrom(-patternWeight * sum(patterns), 1) : unknownTerm,
    entropy: meanTerm(agents, ({ p }) => (p ? -weights.alpha * roleEntropy(p) : undefined)),
    reg: meanTerm(agents, ({ h }) => (h ? weights.lambda * inner(h, h) : undefined)),
    mem: memory ? termFrom(weights.beta * memory.pCompress * (1 - 1 / Math.max(memory.rEffective, 1)), 1) : unknownTerm,
    drift: scaled(drift, weights.lambda_drift),
    anomaly: scaled(anomaly, weights.mu_anomaly),
  };
}

/** ⟨a, b⟩ of two vectors of one length. */
export function inner(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, i) => total + value * (b[i] ?? 0), 0);
}

/** −W_ij⟨h_i, h_j⟩ of one pair; undefined when either h is unknown. */
export function pairEnergy(agents: readonly AgentState[], { from, to, w }: PairWeight): number | undefined {
  const left = agents[from]?.h;
  const right = agents[to]?.h;
  return left && right ? -w * inner(left, right) : undefined;
}

function pairTerm(agents: readonly AgentState[], pairs: readonly PairWeight[]): Term {
  const energies = pairs.map((pair) => ({ energy: pairEnergy(agents, pair), weight: Math.abs(pair.w) }));
  const all = sum(energies.map(({ weight }) => weight));
  const known = sum(energies.map(({ energy, weight }) => (energy === undefined ? 0 : weight)));
  return termFrom(sum(energies.map(({ energy }) => energy ?? 0)), all === 0 ? 1 : known / all);
}

/** Sum over the agents that can be told; without agents there is nothing unknown. */
function meanTerm(agents: readonly AgentState[], energyOf: (agent: AgentState) => number | undefined): Term {
  const known = agents.map(energyOf).filter((energy) => energy !== undefined);
  return termFrom(sum(known), agents.length === 0 ? 1 : known.length / agents.length);
}

function scaled(input: number | undefined, weight: number): Term {
  return input === undefined ? unknownTerm : termFrom(weight * input, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
