/** A key and when it expires. */
export type Expiry = { readonly key: string; readonly untilMs: number };

/** Keys by the time at which they expire: a binary heap, the soonest at its root. */
export class ExpiryHeap {
  readonly #heap: Expiry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  get soonest(): Expiry | undefined {
    return this.#heap[0];
  }

  add(one: Expiry): void {
    this.#heap.push(one);
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#untilAt(parent) <= one.untilMs) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  takeSoonest(): Expiry | undefined {
    const [root] = this.#heap;
    const last = this.#heap.pop();
    if (root === undefined || last === undefined || this.#heap.length === 0) return root;
    this.#heap[0] = last;
    this.#sink(0);
    return root;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const child = this.#untilAt(left + 1) < this.#untilAt(left) ? left + 1 : left;
      if (this.#untilAt(at) <= this.#untilAt(child)) return;
      this.#swap(at, child);
      at = child;
    }
  }

  #untilAt(at: number): number {
    return this.#heap[at]?.untilMs ?? Number.POSITIVE_INFINITY;
  }

  #swap(a: number, b: number): void {
    const [one, two] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || two === undefined) return;
    this.#heap[a] = two;
    this.#heap[b] = one;
  }
}
