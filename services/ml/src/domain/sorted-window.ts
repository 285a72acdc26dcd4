/** The last `capacity` values, kept sorted, so that any quantile of them costs nothing to read. */
export class SortedWindow {
  readonly #arrival: Float64Array;
  readonly #sorted: Float64Array;
  #size = 0;
  #next = 0;

  constructor(capacity: number) {
    this.#arrival = new Float64Array(capacity);
    this.#sorted = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a value; the oldest one leaves when the window is full. O(capacity) moves of memory. */
  add(value: number): void {
    if (this.#size === this.#arrival.length) this.#remove(this.#arrival[this.#next] ?? 0);
    this.#arrival[this.#next] = value;
    this.#next = (this.#next + 1) % this.#arrival.length;
    const at = this.#firstAtLeast(value);
    this.#sorted.copyWithin(at + 1, at, this.#size);
    this.#sorted[at] = value;
    this.#size += 1;
  }

  /** The values, smallest first; a view, valid until the next `add`. */
  sorted(): Float64Array {
    return this.#sorted.subarray(0, this.#size);
  }

  #remove(value: number): void {
    const at = this.#firstAtLeast(value);
    this.#sorted.copyWithin(at, at + 1, this.#size);
    this.#size -= 1;
  }

  #firstAtLeast(value: number): number {
    let low = 0;
    let high = this.#size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
