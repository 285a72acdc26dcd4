import type { Cell } from './plan.ts';
import type { Measure } from './targets.ts';

/** More than this share of the machine used by others spoils a round. */
export const MOST_FOREIGN = 0.15;

/** One round of one contender. */
export type Round = {
  /** What was measured under this load. */
  readonly figures: Readonly<Partial<Record<Measure, number>>>;
  /** Share of the machine's time that others used, in [0, 1]; undefined where it cannot be known. */
  readonly foreign: number | undefined;
};

/** The measured rounds of one contender under one load, in order. */
export type Series = { readonly cell: Cell; readonly contender: string; readonly rounds: readonly Round[] };

/** True for a round that stayed disturbed. */
export const disturbed = ({ foreign }: Pick<Round, 'foreign'>): boolean => (foreign ?? 0) > MOST_FOREIGN;
