/** A timer that waits; `at` is its due time in ms, `age` its number among all timers ever armed. */
export type Armed = { readonly at: number; readonly age: number; readonly fire: () => void };

/** Timers by due time, then by age: a binary heap, so that ten thousand at one instant are no trouble. */
export class TimerQueue {
  readonly #heap: Armed[] = [];
  readonly #cancelled = new Set<Armed>();

  /** Timers that have neither fired nor been cancelled. */
  get size(): number {
    return this.#heap.length - this.#cancelled.size;
  }

  add(timer: Armed): void {
    const heap = this.#heap;
    let i = heap.push(timer) - 1;
    for (let up = (i - 1) >> 1; i > 0 && this.#before(i, up); i = up, up = (i - 1) >> 1) this.#swap(i, up);
  }

  /** Takes a timer out that is in; it stays in the heap until it would be due. */
  cancel(timer: Armed): void {
    this.#cancelled.add(timer);
    this.#dropCancelled();
  }

  /** Takes out the first timer that is due at `now`; undefined when none is. */
  takeDue(now: number): Armed | undefined {
    this.#dropCancelled();
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#removeFirst();
    return first;
  }

  #dropCancelled(): void {
    for (let first = this.#heap[0]; first && this.#cancelled.delete(first); first = this.#heap[0]) this.#removeFirst();
  }

  #removeFirst(): void {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    heap.pop();
    for (let i = 0, down = this.#smallest(i); down !== i; i = down, down = this.#smallest(i)) this.#swap(i, down);
  }

  /** Place of the earliest of a timer and its two successors. */
  #smallest(i: number): number {
    let least = i;
    for (const next of [2 * i + 1, 2 * i + 2]) if (next < this.#heap.length && this.#before(next, least)) least = next;
    return least;
  }

  #before(i: number, j: number): boolean {
    const [one, other] = [this.#heap[i], this.#heap[j]];
    if (one === undefined || other === undefined) return false;
    return one.at < other.at || (one.at === other.at && one.age < other.age);
  }

  #swap(i: number, j: number): void {
    const [one, other] = [this.#heap[i], this.#heap[j]];
    if (one === undefined || other === undefined) return;
    this.#heap[i] = other;
    this.#heap[j] = one;
  }
}
