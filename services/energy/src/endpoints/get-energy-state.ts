import type { energy } from '@seedcore/contracts';
import { type Degraded, fail, type Handler, type Output, ok } from '@seedcore/protocol';
import { energyOf, type Sample, type ScopeEnergy } from '../domain/scope-energy.ts';
import { knownTotal, termsFrom, totalOf, unknownTerm } from '../domain/term.ts';
import { defaultWeights } from '../domain/weights.ts';
import type { Ports } from '../ports.ts';
import { absentTerms, wireCoverage, wireShares, wireTerms } from './wire-terms.ts';

type Endpoint = typeof energy.endpoints.get_energy_state;

const nothing: ScopeEnergy = { terms: termsFrom(() => unknownTerm), shares: [] };

/** Tells the energy of the newest sample, and how old that is when no newer one can be had. */
export function getEnergyState({ clock, samples }: Ports): Handler<Endpoint> {
  return async ({ scope, max_age_ms }, call) => {
    const ageOf = (sample: Sample) => Math.max(0, clock.wallMs() - sample.at);
    const last = samples.latest();
    const live = last && ageOf(last) <= max_age_ms ? last : await samples.fresh(call);
    const sample = live ?? last;
    if (!sample) return ok(answerOf(nothing), unavailable('default'));
    const found = energyOf(sample, scope);
    if (!found) return fail('unknown_scope', { scope });
    const age = ageOf(sample);
    const answer = answerOf(found, { snapshot_id: sample.id, age_ms: age });
    return live ? ok(answer) : ok(answer, { ...unavailable('cache'), age_ms: age });
  };
}

function answerOf(
  { terms, shares }: ScopeEnergy,
  origin: Pick<Output<Endpoint>, 'snapshot_id' | 'age_ms'> = { snapshot_id: null, age_ms: null },
): Output<Endpoint> {
  return {
    terms: wireTerms(terms),
    coverage: wireCoverage(terms),
    total: totalOf(terms) ?? null,
    known_total: knownTotal(terms),
    absent: absentTerms(terms),
    per_agent: wireShares(shares),
    weights: defaultWeights,
    ...origin,
  };
}

function unavailable(source: Degraded['source']): Degraded {
  return { reason: 'state_unavailable', source };
}
