/** How much work is shed: 0 none, 1 what is optional, 2 also half of what is important, 3 all but what is critical. */
export type BrownoutLevel = 0 | 1 | 2 | 3;

/** How much is to be shed at present. */
export interface Brownout {
  readonly level: BrownoutLevel;
  /** The worst is over: of what level 1 sheds, one in ten passes. */
  readonly recovering: boolean;
}

/** Sheds nothing. */
export const noBrownout: Brownout = { level: 0, recovering: false };

/** True for a level. */
export const isBrownoutLevel = (value: unknown): value is BrownoutLevel =>
  value === 0 || value === 1 || value === 2 || value === 3;
