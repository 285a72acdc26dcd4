import type { EvolutionRecord } from '@seedcore/contracts';

/** Raw cost of each kind of evolution. */
const RAW_COST = {
  split: 1000,
  merge: 500,
  clone: 1500,
  retire: 200,
} as const satisfies Record<EvolutionRecord['op'], number>;
/** Energy that one unit of raw cost is worth. */
const ENERGY_PER_COST = 1e-5;

/** What an evolution costs: raw, and in terms of energy. */
export const costOf = (op: EvolutionRecord['op']): { readonly cost: number; readonly cost_e: number } => ({
  cost: RAW_COST[op],
  cost_e: RAW_COST[op] * ENERGY_PER_COST,
});

/** Gain of energy by cost: -ΔE / cost_e; ΔE by living agent, negative is better. */
export const roiOf = (deltaE: number, costE: number): number => (deltaE === 0 ? 0 : -deltaE / costE);

/** What is to become of an evolution that was measured, or could not be (`measured` undefined). */
export function judgeMeasured(
  measured: number | undefined,
  terms: Pick<EvolutionRecord, 'cost_e' | 'min_roi' | 'keep_if_unmeasured'>,
): { readonly keep: boolean; readonly why?: string } {
  if (measured === undefined)
    return terms.keep_if_unmeasured ? { keep: true } : { keep: false, why: 'what it changed was not measured' };
  const roi = roiOf(measured, terms.cost_e);
  return roi >= terms.min_roi
    ? { keep: true }
    : { keep: false, why: `it brought ${roi.toPrecision(4)} of its cost, less than ${terms.min_roi}` };
}
