const BUCKET_MS = 1_000;
const BUCKETS = 10;

/**
 * Counts of the last ten seconds: ten buckets of one second for each of `columns` counters; other lengths by `buckets`.
 * A time smaller than the last one seen counts as the last one seen.
 */
export class Window {
  readonly #columns: number;
  readonly #buckets: number;
  readonly #counts: Int32Array;
  readonly #sums: Int32Array;
  #slot = Number.NEGATIVE_INFINITY;
  #endsAt = Number.NEGATIVE_INFINITY;

  constructor(columns: number, buckets: number = BUCKETS) {
    this.#columns = columns;
    this.#buckets = buckets;
    this.#counts = new Int32Array(columns * buckets);
    this.#sums = new Int32Array(columns);
  }

  /** Adds one to `column`. */
  add(column: number, now: number): void {
    if (now >= this.#endsAt) this.#advance(now);
    this.#change(this.#slot, column, 1);
  }

  /** Takes back one that was added at `addedAt`, if its bucket is still counted. */
  remove(column: number, addedAt: number): void {
    const slot = slotOf(addedAt);
    if (slot > this.#slot || slot <= this.#slot - this.#buckets) return;
    if ((this.#counts[this.#at(slot, column)] ?? 0) > 0) this.#change(slot, column, -1);
  }

  /** The count of `column` over the window that ends at `now`. */
  sum(column: number, now: number): number {
    if (now >= this.#endsAt) this.#advance(now);
    return this.#sums[column] ?? 0;
  }

  /** When the oldest count of `column` leaves the window; `now` when there is none. */
  oldestLeavesAt(column: number, now: number): number {
    if (this.sum(column, now) === 0) return now;
    for (let slot = Math.max(0, this.#slot - this.#buckets + 1); slot < this.#slot; slot++) {
      if ((this.#counts[this.#at(slot, column)] ?? 0) > 0) return (slot + this.#buckets) * BUCKET_MS;
    }
    return (this.#slot + this.#buckets) * BUCKET_MS;
  }

  /** Forgets everything. */
  clear(): void {
    this.#counts.fill(0);
    this.#sums.fill(0);
  }

  #at(slot: number, column: number): number {
    return (slot % this.#buckets) * this.#columns + column;
  }

  #change(slot: number, column: number, by: 1 | -1): void {
    const at = this.#at(slot, column);
    this.#counts[at] = (this.#counts[at] ?? 0) + by;
    this.#sums[column] = (this.#sums[column] ?? 0) + by;
  }

  #advance(now: number): void {
    const slot = slotOf(now);
    if (slot - this.#slot >= this.#buckets) this.clear();
    else for (let s = this.#slot + 1; s <= slot; s++) this.#forget(s % this.#buckets);
    this.#slot = slot;
    this.#endsAt = (slot + 1) * BUCKET_MS;
  }

  #forget(bucket: number): void {
    for (let column = 0; column < this.#columns; column++) {
      const at = bucket * this.#columns + column;
      this.#sums[column] = (this.#sums[column] ?? 0) - (this.#counts[at] ?? 0);
      this.#counts[at] = 0;
    }
  }
}

const slotOf = (at: number): number => Math.max(0, Math.floor(at / BUCKET_MS));
