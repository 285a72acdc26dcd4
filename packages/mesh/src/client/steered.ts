import type { CallerKnobValues } from '../config/caller-knobs.ts';

/** Whatever heeds what operators and a quorum of callers say about a target. */
export interface Steered {
  /** What operators set at present; what they do not set is as the code has it. */
  steer(knobs: CallerKnobValues): void;
  /** A quorum of callers finds the target broken, or no longer does. */
  suspect(suspected: boolean): void;
}
