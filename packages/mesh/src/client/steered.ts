import type { Override } from '@seedcore/resilience';

/** Whatever heeds what operators and a quorum of callers say about a target. */
export interface Steered {
  /** An operator's word, or its removal. */
  override(word: Override | undefined): void;
  /** A quorum of callers finds the target broken, or no longer does. */
  suspect(suspected: boolean): void;
}
