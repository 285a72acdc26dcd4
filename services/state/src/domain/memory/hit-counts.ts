/** Memories whose hits are counted at once; of more than these, the hits counted first are given up. */
const MOST_COUNTED = 50_000;

/** Hits by key that are not written in the memories yet. */
export class HitCounts {
  readonly #unwritten = new Map<string, number>();

  /** Counts hits of a memory. */
  add(key: string, hits = 1): void {
    this.#unwritten.set(key, this.of(key) + hits);
    const first = this.#unwritten.size > MOST_COUNTED ? this.#unwritten.keys().next().value : undefined;
    if (first !== undefined) this.#unwritten.delete(first);
  }

  /** Hits of a memory that are not written yet. */
  of(key: string): number {
    return this.#unwritten.get(key) ?? 0;
  }

  /** Hands over the hits of memories that are `writable`; whoever cannot write them adds them again. */
  take(writable: (key: string) => boolean): [string, number][] {
    const taken = [...this.#unwritten].filter(([key]) => writable(key));
    for (const [key] of taken) this.#unwritten.delete(key);
    return taken;
  }

  /** A memory is gone, and its hits with it. */
  forget(key: string): void {
    this.#unwritten.delete(key);
  }
}
