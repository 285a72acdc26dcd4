/** Whether every output is checked against its contract, or one in a hundred. */
export type OutputChecking = 'always' | 'sampled';

const ONE_IN = 100;

/**
 * Decides which outputs of one endpoint are checked. A mismatch is `internal` where all are checked, in development and
 * tests; where one in a hundred is, in production, it is counted and logged, and the caller has its answer.
 */
export class OutputCheck {
  mode: OutputChecking;
  #outputs = 0;

  constructor(mode: OutputChecking = 'always') {
    this.mode = mode;
  }

  /** True when the next output is to be checked; the first one always is. */
  next(): boolean {
    if (this.mode === 'always') return true;
    this.#outputs = (this.#outputs + 1) % ONE_IN;
    return this.#outputs === 1;
  }
}
