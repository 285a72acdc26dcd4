const KEPT = 256;
const KNOWN_FROM = 50;
const LONGEST_MS = 1e9;

/** A quantile the policies ask for. */
export type Quantile = 0.5 | 0.9 | 0.95 | 0.99;

/**
 * Quantiles of the newest 256 durations of one target, in milliseconds; `undefined` until fifty samples exist.
 * They are kept in order all the time: adding one moves a part of 2 KiB, reading one is an array access.
 */
export class LatencyEstimate {
  readonly #ring = new Float64Array(KEPT);
  /** Filled up with infinity until all are seen. */
  readonly #sorted = new Float64Array(KEPT).fill(Number.POSITIVE_INFINITY);
  #seen = 0;

  /** Adds one duration; a timeout enters as its budget, so that losing the slow ones cannot shrink the estimate. */
  add(ms: number): void {
    const value = ms > 0 ? Math.min(ms, LONGEST_MS) : 0;
    const at = this.#seen % KEPT;
    if (this.#seen < KEPT) this.#insert(value);
    else this.#replace(this.#ring[at] ?? 0, value);
    this.#ring[at] = value;
    this.#seen += 1;
  }

  /** The nearest-rank quantile `q` in ms, or `undefined` while fewer than fifty samples exist. */
  quantile(q: Quantile): number | undefined {
    return this.#seen < KNOWN_FROM ? undefined : this.#sorted[Math.ceil(q * Math.min(this.#seen, KEPT)) - 1];
  }

  #insert(value: number): void {
    const at = this.#rank(value);
    this.#sorted.copyWithin(at + 1, at, this.#seen);
    this.#sorted[at] = value;
  }

  /** Moves only those between the one that goes and the one that comes. */
  #replace(old: number, value: number): void {
    const from = this.#rank(old);
    const rank = this.#rank(value);
    const to = rank > from ? rank - 1 : rank;
    if (to > from) this.#sorted.copyWithin(from, from + 1, to + 1);
    else this.#sorted.copyWithin(to + 1, to, from);
    this.#sorted[to] = value;
  }

  /** How many samples are smaller: a binary search without branches, which would be guessed wrong half of the time. */
  #rank(value: number): number {
    let rank = 0;
    for (let half = KEPT / 2; half >= 1; half >>= 1)
      rank += half * Number((this.#sorted[rank + half - 1] ?? 0) < value);
    return rank + Number((this.#sorted[rank] ?? 0) < value);
  }
}
