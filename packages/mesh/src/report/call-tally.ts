const KEPT = 256;

/** How many calls there were, and how the newest 256 of them ended. */
export class CallTally {
  readonly #failed = new Uint8Array(KEPT);
  #total = 0;
  #failures = 0;

  /** Calls since the start. */
  get total(): number {
    return this.#total;
  }

  /** Share of the newest 256 calls that were answered, in [0, 1]; 1 while there were none. */
  get successRate(): number {
    return this.#total === 0 ? 1 : 1 - this.#failures / Math.min(this.#total, KEPT);
  }

  /** Counts one call; a declared failure is an answer. */
  add(answered: boolean): void {
    const at = this.#total % KEPT;
    this.#failures += (answered ? 0 : 1) - (this.#failed[at] ?? 0);
    this.#failed[at] = answered ? 0 : 1;
    this.#total += 1;
  }
}
