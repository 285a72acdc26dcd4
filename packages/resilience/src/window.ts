const BUCKET_MS = 1_000;
const BUCKETS = 10;

/**
 * Counts of the last ten seconds: ten buckets of one second for each of `columns` counters.
 * A time smaller than the last one seen counts as the last one seen.
 */
export class Window {
  readonly #columns: number;
  readonly #counts: Int32Array;
  readonly #sums: Int32Array;
  #slot = Number.NEGATIVE_INFINITY;

  constructor(columns: number) {
    this.#columns = columns;
    this.#counts = new Int32Array(columns * BUCKETS);
    this.#sums = new Int32Array(columns);
  }

  /** Adds one to `column`. */
  add(column: number, now: number): void {
    this.#advance(now);
    const at = (this.#slot % BUCKETS) * this.#columns + column;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sums[column] = (this.#sums[column] ?? 0) + 1;
  }

  /** The count of `column` over the window that ends at `now`. */
  sum(column: number, now: number): number {
    this.#advance(now);
    return this.#sums[column] ?? 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#sums.fill(0);
  }

  #advance(now: number): void {
    const slot = Math.max(0, Math.floor(now / BUCKET_MS));
    if (slot <= this.#slot) return;
    const first = Math.max(this.#slot + 1, slot - BUCKETS + 1);
    if (slot - this.#slot >= BUCKETS) this.clear();
    else for (let s = first; s <= slot; s++) this.#forget(s % BUCKETS);
    this.#slot = slot;
  }

  #forget(bucket: number): void {
    for (let column = 0; column < this.#columns; column++) {
      const at = bucket * this.#columns + column;
      this.#sums[column] = (this.#sums[column] ?? 0) - (this.#counts[at] ?? 0);
      this.#counts[at] = 0;
    }
  }
}
