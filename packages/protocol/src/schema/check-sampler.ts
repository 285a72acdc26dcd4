import type { z } from 'zod';
import { checksOnly } from './checks-only.ts';

/** Whether every value is checked against its schema, or one in a hundred. */
export type Checking = 'always' | 'sampled';

const ONE_IN = 100;

/**
 * Decides which of the values this process makes or trusts are checked: all in development and tests, where a value that
 * does not fit is an error; one in a hundred in production, where it is counted and reported, and nobody is refused by
 * chance. A schema that changes values is asked every time.
 */
export class CheckSampler {
  mode: Checking;
  readonly #always: boolean;
  #values = 0;

  constructor(schema: z.ZodType, mode: Checking = 'always') {
    this.mode = mode;
    this.#always = !checksOnly(schema);
  }

  /** True when the next value is to be checked; the first one always is. */
  next(): boolean {
    if (this.mode === 'always' || this.#always) return true;
    this.#values = (this.#values + 1) % ONE_IN;
    return this.#values === 1;
  }
}
