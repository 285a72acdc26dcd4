import type { EnergyWeights } from '@seedcore/contracts';
import type { AgentState, OrganismState, PairWeight, RoleRow } from './organism-state.ts';
import { simplexRow } from './role-row.ts';
import { patternWeight } from './weights.ts';

/** Derivatives of the energy by its inputs; undefined where the input is unknown. */
export type EnergyGradient = {
  /** By agent, shape of its h. */
  readonly h: readonly (readonly number[] | undefined)[];
  /** By agent. */
  readonly p: readonly (RoleRow | undefined)[];
  /** The same along the simplex: without its mean. */
  readonly pTangent: readonly (RoleRow | undefined)[];
  readonly patterns: readonly number[];
  readonly memory: { readonly pCompress: number; readonly rEffective: number } | undefined;
};

/**
 * ∂E/∂h_i = −Σ_j (W_ij + W_ji) h_j + 2λ h_i · ∂E/∂p_ir = α (ln p_ir + 1) · ∂E/∂E_k = −w_k · ∂E/∂p = β (1 − 1/r) ·
 * ∂E/∂r = β p / r² for r ≥ 1 (at 1 from the right), 0 below.
 */
export function energyGradient(state: OrganismState, weights: EnergyWeights): EnergyGradient {
  const p = state.agents.map((agent) => (agent.p ? roleGradient(agent.p, weights) : undefined));
  return {
    h: vectorGradients(state.agents, state.pairs ?? [], weights),
    p,
    pTangent: p.map((row) => (row ? withoutMean(row) : undefined)),
    patterns: (state.patterns ?? []).map(() => -patternWeight),
    memory: state.memory ? memoryGradient(state.memory, weights) : undefined,
  };
}

function vectorGradients(agents: readonly AgentState[], pairs: readonly PairWeight[], { lambda }: EnergyWeights) {
  const gradients = agents.map(({ h }) => h?.map((value) => 2 * lambda * value));
  const pull = (on: number, towards: number, w: number) => {
    const gradient = gradients[on];
    agents[towards]?.h?.forEach((value, i) => {
      if (gradient) gradient[i] = (gradient[i] ?? 0) - w * value;
    });
  };
  for (const { from, to, w } of pairs) {
    pull(from, to, w);
    pull(to, from, w);
  }
  return gradients;
}

function roleGradient(row: RoleRow, { alpha }: EnergyWeights): RoleRow {
  const [e, s, o] = simplexRow(row);
  const derivative = (share: number) => alpha * (Math.log(share) + 1);
  return [derivative(e), derivative(s), derivative(o)];
}

function withoutMean([e, s, o]: RoleRow): RoleRow {
  const mean = (e + s + o) / 3;
  return [e - mean, s - mean, o - mean];
}

function memoryGradient({ pCompress, rEffective }: NonNullable<OrganismState['memory']>, { beta }: EnergyWeights) {
  const r = Math.max(rEffective, 1);
  return { pCompress: beta * (1 - 1 / r), rEffective: rEffective < 1 ? 0 : (beta * pCompress) / (r * r) };
}
