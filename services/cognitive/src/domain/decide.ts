import type { DecisionContext, HistoricalData, Option } from '@seedcore/contracts';
import { betaMean, betaVariance } from './beta-distribution.ts';
import { clamp } from './figure.ts';
import { normalCdf } from './normal-cdf.ts';
import { type OptionBase, optionBases } from './option-base.ts';
import { type OptionHistory, optionHistory } from './option-history.ts';

/** Share that history can take of a score, reached slowly: 0.6·n/(n + 10). */
const HISTORY_SHARE = 0.6;
const HISTORY_HALF = 10;
/** Weight of an option's risk; doubled when it cannot be undone. */
const RISK_WEIGHT = 0.2;
/** Variance that remains when nothing is missing. */
const NOISE = 0.0025;
const MOST_CONFIDENT = 0.95;
/** Below this score the best option is not good enough, when holding is allowed. */
const LEAST_SCORE = 0.45;
/** An irreversible best needs at least this lead. */
const LEAST_MARGIN = 0.02;
/** What a single option is compared with. */
const NEUTRAL = 0.5;

/** One option with everything computed about it. */
export type Ranked = {
  readonly option: Option;
  /** Place in the input, from 0. */
  readonly index: number;
  readonly base: OptionBase;
  readonly history: OptionHistory;
  /** How much of the score is history, in [0, 0.6]. */
  readonly gamma: number;
  /** In [0, 1]. */
  readonly score: number;
  readonly variance: number;
};

/** Why nothing was chosen. */
export type HoldReason = 'nothing_known' | 'all_vetoed' | 'low_score' | 'thin_margin';

/** What was chosen, and all options, admissible ones first, best first. */
export type Choice = {
  readonly chosen: Ranked | undefined;
  readonly hold: HoldReason | undefined;
  readonly ranking: readonly Ranked[];
  readonly admissible: readonly Ranked[];
  /** Lead of the best over the second, or over 0.5 when there is no second. */
  readonly margin: number;
  readonly confidence: number;
  readonly requiresConfirmation: boolean;
};

/** What a decision depends on beside its context. */
export type DecisionRules = {
  readonly history?: HistoricalData | undefined;
  readonly holdAllowed: boolean;
  readonly nowMs: number;
};

/** Scores every option, then chooses the best admissible one, or holds; `undefined` when all are vetoed and holding is not allowed. */
export function decide(context: DecisionContext, rules: DecisionRules): Choice | undefined {
  const ranking = rankedOptions(context, rules);
  const admissible = ranking.filter(isAdmissible);
  const best = admissible[0];
  if (best === undefined) return rules.holdAllowed ? vetoed(ranking) : undefined;
  const known = ranking.some(isKnown);
  const margin = best.score - (admissible[1]?.score ?? NEUTRAL);
  const confidence = known ? confidenceOf(best, admissible[1]) : 0;
  const hold = rules.holdAllowed ? holdReason(best, margin, known) : undefined;
  return {
    chosen: hold === undefined ? best : undefined,
    hold,
    ranking,
    admissible,
    margin,
    confidence,
    requiresConfirmation: hold === undefined && needsConfirmation(best.option, confidence),
  };
}

/** True when no required bound is broken. */
export const isAdmissible = (ranked: Ranked): boolean => ranked.base.vetoedBy.length === 0;

function rankedOptions(context: DecisionContext, { history, nowMs }: DecisionRules): Ranked[] {
  const bases = optionBases(context.options, context.criteria);
  const costDecides = !context.criteria.some((criterion) => criterion.id === 'cost');
  return context.options
    .flatMap((option, index) => {
      const base = bases[index];
      return base === undefined
        ? []
        : [rankedOption({ option, index, base, history: optionHistory(history, option.id, nowMs) })];
    })
    .sort((a, b) => byMerit(a, b) || (costDecides ? costOf(a) - costOf(b) : 0) || a.index - b.index);
}

/** Ties after this one fall to the lower cost, then to the order of the input. */
const byMerit = (a: Ranked, b: Ranked): number =>
  Number(isAdmissible(b)) - Number(isAdmissible(a)) || b.score - a.score;

/** Options without a known cost come after those with one; finite, so that two of them compare equal. */
const costOf = ({ option }: Ranked): number => option.cost ?? Number.MAX_VALUE;

function rankedOption(part: Pick<Ranked, 'option' | 'index' | 'base' | 'history'>): Ranked {
  const { option, base, history } = part;
  const gamma = (HISTORY_SHARE * history.n) / (history.n + HISTORY_HALF);
  const penalty = RISK_WEIGHT * (option.risk ?? 0) * (option.reversible ? 1 : 2);
  return {
    ...part,
    gamma,
    score: clamp((1 - gamma) * base.base + gamma * betaMean(history.posterior) - penalty, 0, 1),
    variance: ((1 - gamma) ** 2 * base.missingWeight) / 12 + gamma ** 2 * betaVariance(history.posterior) + NOISE,
  };
}

/** Probability that the best is truly better, were both scores normal around what was computed. */
function confidenceOf(best: Ranked, second: Ranked | undefined): number {
  const lead = best.score - (second?.score ?? NEUTRAL);
  return Math.min(MOST_CONFIDENT, normalCdf(lead / Math.sqrt(best.variance + (second?.variance ?? 0))));
}

const isKnown = ({ option, base, history }: Ranked): boolean =>
  base.known || history.n > 0 || option.risk !== undefined || option.cost !== undefined;

function holdReason(best: Ranked, margin: number, known: boolean): HoldReason | undefined {
  if (!known) return 'nothing_known';
  if (best.score < LEAST_SCORE) return 'low_score';
  return margin < LEAST_MARGIN && !best.option.reversible ? 'thin_margin' : undefined;
}

const needsConfirmation = (option: Option, confidence: number): boolean =>
  !option.reversible && (confidence < 0.8 || (option.risk ?? 0) >= 0.5);

function vetoed(ranking: readonly Ranked[]): Choice {
  return {
    chosen: undefined,
    hold: 'all_vetoed',
    ranking,
    admissible: [],
    margin: 0,
    confidence: MOST_CONFIDENT,
    requiresConfirmation: false,
  };
}
