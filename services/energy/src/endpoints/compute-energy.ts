import type { EnergyWeights, energy } from '@seedcore/contracts';
import { fail, type Handler, type Input, ok } from '@seedcore/protocol';
import { agentShares } from '../domain/agent-shares.ts';
import { type EnergyGradient, energyGradient } from '../domain/energy-gradient.ts';
import { energyTerms } from '../domain/energy-terms.ts';
import type { RoleRow } from '../domain/organism-state.ts';
import { knownTotal, totalOf } from '../domain/term.ts';
import { defaultWeights } from '../domain/weights.ts';
import { mismatchIn, normalisedAgents, organismState } from './unified-state.ts';
import { wireCoverage, wireShares, wireTerms } from './wire-terms.ts';

type Endpoint = typeof energy.endpoints.compute_energy;

/** Computes the energy of a state that is handed in. */
export const computeEnergy: Handler<Endpoint> = async (input) => {
  const mismatch = mismatchIn(input.unified_state);
  if (mismatch) return fail('shape_mismatch', mismatch);
  const state = organismState(input.unified_state);
  const weights = weightsFrom(input.weights);
  const terms = energyTerms(state, weights);
  return ok({
    terms: wireTerms(terms),
    total: totalOf(terms) ?? null,
    known_total: knownTotal(terms),
    coverage: wireCoverage(terms),
    ...(input.include_breakdown ? { per_agent_terms: wireShares(agentShares(state, weights)) } : {}),
    ...(input.include_gradients ? { gradients: wireGradient(energyGradient(state, weights)) } : {}),
    normalised: normalisedAgents(input.unified_state),
  });
};

function weightsFrom(given: Input<Endpoint>['weights']): EnergyWeights {
  return {
    alpha: given.alpha ?? defaultWeights.alpha,
    lambda: given.lambda ?? defaultWeights.lambda,
    beta: given.beta ?? defaultWeights.beta,
    lambda_drift: given.lambda_drift ?? defaultWeights.lambda_drift,
    mu_anomaly: given.mu_anomaly ?? defaultWeights.mu_anomaly,
  };
}

function wireGradient({ h, p, pTangent, patterns, memory }: EnergyGradient) {
  return {
    d_h: h.map((row) => (row ? [...row] : null)),
    d_p: p.map(wireRow),
    d_p_tangent: pTangent.map(wireRow),
    d_e: [...patterns],
    d_mem: memory ? { p_compress: memory.pCompress, r_effective: memory.rEffective } : null,
  };
}

function wireRow(row: RoleRow | undefined): [number, number, number] | null {
  return row ? [...row] : null;
}
