import type { Decision } from '@seedcore/resilience';

/** How one attempt on the bus ended. */
export type AttemptTold = {
  readonly layer: 'attempt';
  readonly decision: 'answered' | 'failed';
  readonly attempt: number;
  readonly instance: string | undefined;
  readonly ms: number;
  /** Undefined for an answer. */
  readonly error: unknown;
};

/** Something that happened to a call, as it was told: put into words only when the call is recorded. */
export type Told = { readonly now: number; readonly what: Decision | AttemptTold };

/** Most steps kept of one call; what comes later is left out, the end is told anyway. */
export const MAX_STEPS = 64;

/** What happened to one call. Made at the first thing worth telling, so that most calls never have one. */
export class CallStory {
  /** True for a call that is recorded whatever becomes of it. */
  readonly sampled: boolean;
  readonly told: Told[] = [];

  constructor(sampled = false) {
    this.sampled = sampled;
  }

  tell(what: Decision | AttemptTold, now: number): void {
    if (this.told.length < MAX_STEPS) this.told.push({ now, what });
  }
}
