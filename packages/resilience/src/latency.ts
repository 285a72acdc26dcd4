const KEPT = 256;
const KNOWN_FROM = 50;
/** New samples after which quantiles are computed anew: a sixteenth of few, a quarter of all that are kept. */
const RESORT_EVERY = 16;
const RESORT_EVERY_FULL = 64;

/** A quantile the policies ask for. */
export type Quantile = 0.5 | 0.9 | 0.95 | 0.99;

/**
 * Quantiles of the newest 256 durations of one target, in milliseconds.
 * They are `undefined` until fifty samples exist and at most a quarter of the samples old afterwards.
 */
export class LatencyEstimate {
  readonly #ring = new Float64Array(KEPT);
  readonly #sorted = new Float64Array(KEPT);
  #seen = 0;
  #sortedAt = 0;

  /** Adds one duration; a timeout enters as its budget, so that losing the slow ones cannot shrink the estimate. */
  add(ms: number): void {
    this.#ring[this.#seen % KEPT] = ms;
    this.#seen += 1;
  }

  /** The nearest-rank quantile `q` in ms, or `undefined` while fewer than fifty samples exist. */
  quantile(q: Quantile): number | undefined {
    if (this.#seen < KNOWN_FROM) return undefined;
    const every = this.#sortedAt < KEPT ? RESORT_EVERY : RESORT_EVERY_FULL;
    if (this.#sortedAt === 0 || this.#seen - this.#sortedAt >= every) this.#sort();
    const size = Math.min(this.#sortedAt, KEPT);
    return this.#sorted[Math.ceil(q * size) - 1];
  }

  #sort(): void {
    this.#sorted.set(this.#ring);
    this.#sorted.subarray(0, Math.min(this.#seen, KEPT)).sort();
    this.#sortedAt = this.#seen;
  }
}
