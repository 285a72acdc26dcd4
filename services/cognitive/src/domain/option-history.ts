import type { HistoricalData } from '@seedcore/contracts';
import { type Beta, betaOf } from './beta-distribution.ts';

const DAY_MS = 86_400_000;
/** An outcome of this age weighs half of a fresh one. */
const HALF_LIFE_DAYS = 14;

/** How one option fared. */
export type OptionHistory = {
  /** Success rate after the weighed outcomes. */
  readonly posterior: Beta;
  /** Weighed number of outcomes. */
  readonly n: number;
  /** Outcomes as they were counted, for people. */
  readonly worked: number;
  readonly runs: number;
};

/** What `data` says about `optionId` at `nowMs`: counts as they are, or outcomes weighed by 2^(−age / 14 d). */
export function optionHistory(data: HistoricalData | undefined, optionId: string, nowMs: number): OptionHistory {
  const counts = data?.counts?.[optionId];
  if (counts !== undefined) {
    const { successes, failures } = counts;
    const n = successes + failures;
    return { posterior: betaOf(successes, failures), n, worked: successes, runs: n };
  }
  const own = (data?.outcomes ?? []).filter((outcome) => outcome.option_id === optionId);
  const weightOf = (at: string) => 2 ** (-Math.max(0, nowMs - Date.parse(at)) / DAY_MS / HALF_LIFE_DAYS);
  const total = (success: boolean) =>
    own.filter((outcome) => outcome.success === success).reduce((sum, outcome) => sum + weightOf(outcome.at), 0);
  const [s, f] = [total(true), total(false)];
  return {
    posterior: betaOf(s, f),
    n: s + f,
    worked: own.filter((outcome) => outcome.success).length,
    runs: own.length,
  };
}
