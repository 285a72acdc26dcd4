import { type FailureClass, failureClass, type IncidentContext } from '@seedcore/contracts';
import { measuredSigns } from './failure-measures.ts';
import { namedSigns, type Sign } from './failure-names.ts';
import { phraseSigns } from './failure-phrases.ts';
import type { KnownIncident } from './known-incident.ts';

/** A class and how probable the signs make it. */
export type ClassProbability = {
  readonly class: FailureClass;
  /** In (0, 1); over all 16 classes they sum to 1. */
  readonly probability: number;
  readonly signs: readonly Sign[];
};

/** The class of a failure: `unknown` when no rule fired or none is convincing. */
export type Classification = {
  readonly class: FailureClass;
  /** Of the first of `ranked`. */
  readonly probability: number;
  /** All 16, most probable first; equal ones in the order of the contract. */
  readonly ranked: readonly ClassProbability[];
  readonly signs: readonly Sign[];
};

/** Least probability with which a class is named. */
const LEAST_PROBABILITY = 0.35;
const PRIOR_WINDOW_MS = 30 * 86_400_000;

/**
 * Scores each class by ln((incidents of it + 1) / (all incidents + 16)) plus the weights of the rules that fire, then
 * turns scores into probabilities by softmax.
 *
 * @param incidents past ones; those of the last 30 days make the prior
 */
export function classifyFailure(
  incident: IncidentContext,
  incidents: readonly KnownIncident[],
  nowMs: number,
): Classification {
  const signs = [...namedSigns(incident), ...phraseSigns(incident), ...measuredSigns(incident, nowMs)];
  const recent = incidents.filter(({ atMs, class: known }) => known !== undefined && nowMs - atMs <= PRIOR_WINDOW_MS);
  const ranked = softmax(
    failureClass.options.map((name) => {
      const own = signs.filter((sign) => sign.class === name);
      const before = recent.filter((past) => past.class === name).length;
      const prior = Math.log((before + 1) / (recent.length + failureClass.options.length));
      return { class: name, signs: own, score: own.reduce((sum, sign) => sum + sign.weight, prior) };
    }),
  );
  const first = ranked[0];
  const probability = first?.probability ?? 0;
  const named = first !== undefined && signs.length > 0 && probability >= LEAST_PROBABILITY;
  return { class: named ? first.class : 'unknown', probability, ranked, signs };
}

type Scored = { readonly class: FailureClass; readonly signs: readonly Sign[]; readonly score: number };

function softmax(scored: readonly Scored[]): ClassProbability[] {
  const highest = Math.max(...scored.map(({ score }) => score));
  const total = scored.reduce((sum, { score }) => sum + Math.exp(score - highest), 0);
  return scored
    .map(({ class: name, signs, score }) => ({ class: name, signs, probability: Math.exp(score - highest) / total }))
    .sort((a, b) => b.probability - a.probability);
}
