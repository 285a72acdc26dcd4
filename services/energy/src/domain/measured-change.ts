import { energyOf, energyOfAll, type Sample } from './scope-energy.ts';
import { type Terms, termNames } from './term.ts';

/** What was to be measured. */
export type Question = {
  readonly scopes: readonly string[];
  /** per_agent: of all scopes together, divided by the number of agents in them. */
  readonly basis: 'total' | 'per_agent';
  /** ms since 1970. */
  readonly from: number;
  readonly to: number;
};

/** A sample further away from an end of the window says nothing about it. */
const nearMs = 15_000;
const absoluteTolerance = 0.01;
const relativeTolerance = 0.1;

/**
 * Change of energy over a window: between the samples nearest to its ends, in the terms known at both.
 *
 * @returns undefined without two different samples within 15 s of the ends, or without a term known at both
 */
export function measuredChange(samples: readonly Sample[], question: Question): number | undefined {
  const before = nearest(samples, question.from);
  const after = nearest(samples, question.to);
  if (!before || !after || before.at >= after.at) return undefined;
  if (question.basis === 'per_agent') return changePerAgent(before, after, question.scopes);
  const changes = question.scopes.map((scope) => changeOf(before, after, scope));
  return changes.every((change) => change !== undefined) ? changes.reduce((sum, change) => sum + change, 0) : undefined;
}

/** Whether a claim is what was measured, within 0.01 or 10 % of the larger. */
export function agreementOf(reported: number | undefined, measured: number | undefined) {
  if (reported === undefined || measured === undefined) return 'unknown';
  const larger = Math.max(Math.abs(reported), Math.abs(measured));
  const tolerance = Math.max(absoluteTolerance, relativeTolerance * larger);
  return Math.abs(reported - measured) <= tolerance ? 'agree' : 'disagree';
}

function nearest(samples: readonly Sample[], at: number): Sample | undefined {
  return samples
    .filter((sample) => Math.abs(sample.at - at) <= nearMs)
    .sort((left, right) => Math.abs(left.at - at) - Math.abs(right.at - at))[0];
}

function changeOf(before: Sample, after: Sample, scope: string): number | undefined {
  const [first, last] = [energyOf(before, scope), energyOf(after, scope)];
  return first && last && difference({ terms: first.terms, by: 1 }, { terms: last.terms, by: 1 });
}

/** Of all agents of the scopes together, so that agents may go from one to another, and scopes may come and end. */
function changePerAgent(before: Sample, after: Sample, scopes: readonly string[]): number | undefined {
  const [first, last] = [energyOfAll(before, scopes), energyOfAll(after, scopes)];
  if (!first || !last) return undefined;
  return difference({ terms: first.terms, by: first.shares.length }, { terms: last.terms, by: last.shares.length });
}

type Divided = { readonly terms: Terms; readonly by: number };

function difference(before: Divided, after: Divided): number | undefined {
  const changes = termNames.flatMap((name) => {
    const [first, last] = [before.terms[name], after.terms[name]];
    return first.known && last.known ? [last.value / after.by - first.value / before.by] : [];
  });
  return changes.length === 0 ? undefined : changes.reduce((sum, change) => sum + change, 0);
}
