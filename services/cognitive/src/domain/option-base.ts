import type { Criterion, Option } from '@seedcore/contracts';
import { clamp } from './figure.ts';

/** What the criteria alone say about one option. */
export type OptionBase = {
  /** Weighted mean of the utilities, in [0, 1]; 0.5 without criteria. */
  readonly base: number;
  /** Criteria this option has no score for; each counts as utility 0.5. */
  readonly missing: readonly string[];
  /** Criteria whose required bound its score breaks. */
  readonly vetoedBy: readonly string[];
  /** Σ (weight / all weights)² over the missing scores: how uncertain the base is. */
  readonly missingWeight: number;
  /** True when at least one criterion has a score. */
  readonly known: boolean;
};

/** The score of `option` for `criterion`; its `cost` serves a criterion of that name. */
export const scoreOf = (option: Option, criterion: string): number | undefined =>
  option.scores?.[criterion] ?? (criterion === 'cost' ? option.cost : undefined);

/** Places every option on every criterion. */
export function optionBases(options: readonly Option[], criteria: readonly Criterion[]): OptionBase[] {
  const ranges = criteria.map((criterion) => rangeOf(criterion, options));
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0);
  return options.map((option) => {
    const rows = criteria.map((criterion, i) => placed(criterion, scoreOf(option, criterion.id), ranges[i]));
    const missing = rows.filter((row) => row.score === undefined);
    return {
      base: total === 0 ? 0.5 : rows.reduce((sum, row) => sum + row.weight * row.utility, 0) / total,
      missing: missing.map((row) => row.id),
      vetoedBy: rows.filter((row) => row.vetoed).map((row) => row.id),
      missingWeight: total === 0 ? 0 : missing.reduce((sum, row) => sum + (row.weight / total) ** 2, 0),
      known: missing.length < rows.length,
    };
  });
}

type Range = readonly [low: number, high: number];

function rangeOf(criterion: Criterion, options: readonly Option[]): Range | undefined {
  if (criterion.range !== undefined) return criterion.range;
  const offered = options.map((option) => scoreOf(option, criterion.id)).filter((score) => score !== undefined);
  return offered.length === 0 ? undefined : [Math.min(...offered), Math.max(...offered)];
}

function placed(criterion: Criterion, score: number | undefined, range: Range | undefined) {
  const { id, weight, required_min: least, required_max: most } = criterion;
  const vetoed =
    score !== undefined && ((least !== undefined && score < least) || (most !== undefined && score > most));
  return { id, weight, score, vetoed, utility: utilityOf(criterion, score, range) };
}

/** Share of the way from worst to best; 0.5 when the score is missing or all offered scores are equal. */
function utilityOf({ direction }: Criterion, score: number | undefined, range: Range | undefined): number {
  if (score === undefined || range === undefined || range[0] === range[1]) return 0.5;
  const up = clamp((score - range[0]) / (range[1] - range[0]), 0, 1);
  return direction === 'max' ? up : 1 - up;
}
