const KEPT = 256;
const KNOWN_FROM = 50;

/** A quantile the policies ask for. */
export type Quantile = 0.5 | 0.9 | 0.95 | 0.99;

/**
 * Quantiles of the newest 256 durations of one target, in milliseconds; `undefined` until fifty samples exist.
 * They are kept in order all the time: adding one moves a part of 2 KiB, reading one is an array access.
 */
export class LatencyEstimate {
  readonly #ring = new Float64Array(KEPT);
  readonly #sorted = new Float64Array(KEPT);
  #seen = 0;
  #size = 0;

  /** Adds one duration; a timeout enters as its budget, so that losing the slow ones cannot shrink the estimate. */
  add(ms: number): void {
    const value = ms > 0 ? ms : 0;
    const at = this.#seen % KEPT;
    if (this.#seen >= KEPT) this.#remove(this.#ring[at] ?? 0);
    this.#insert(value);
    this.#ring[at] = value;
    this.#seen += 1;
  }

  /** The nearest-rank quantile `q` in ms, or `undefined` while fewer than fifty samples exist. */
  quantile(q: Quantile): number | undefined {
    return this.#seen < KNOWN_FROM ? undefined : this.#sorted[Math.ceil(q * this.#size) - 1];
  }

  #insert(value: number): void {
    const at = this.#rank(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size += 1;
  }

  #remove(value: number): void {
    const at = this.#rank(value);
    this.#sorted.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  /** How many samples are smaller. */
  #rank(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
