/** A counter: `count` is at most `error` above the truth. */
export type Counted = { readonly name: string; readonly count: number; readonly error: number };

/**
 * Counts the most frequent names of a stream in bounded memory. With N counted in m counters: truth ≤ count ≤ truth + error
 * for every name that is kept, error ≤ N/m, and every name with more than N/m occurrences is kept.
 *
 * @source Metwally, Agrawal, El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams" (2005), §3.1
 */
export class SpaceSaving {
  readonly #counters: number;
  readonly #counts = new Map<string, { readonly count: number; readonly error: number }>();
  #total = 0;

  /** @param counters names kept at once, ≥ 1 */
  constructor(counters: number) {
    this.#counters = counters;
  }

  /** Everything counted, in whatever name. */
  get total(): number {
    return this.#total;
  }

  /** Counts `by` ≥ 1 occurrences of a name; a new one takes the place of the rarest, and its count as error. */
  add(name: string, by = 1): void {
    this.#total += by;
    const kept = this.#counts.get(name);
    if (kept !== undefined) this.#counts.set(name, { count: kept.count + by, error: kept.error });
    else if (this.#counts.size < this.#counters) this.#counts.set(name, { count: by, error: 0 });
    else this.#replaceRarest(name, by);
  }

  /** What is kept, most frequent first; equals by name. */
  list(): Counted[] {
    return [...this.#counts].map(([name, counted]) => ({ name, ...counted })).sort(mostFirst);
  }

  #replaceRarest(name: string, by: number): void {
    let rarest: { readonly name: string; readonly count: number } | undefined;
    for (const [other, { count }] of this.#counts)
      if (rarest === undefined || count < rarest.count) rarest = { name: other, count };
    if (rarest === undefined) return;
    this.#counts.delete(rarest.name);
    this.#counts.set(name, { count: rarest.count + by, error: rarest.count });
  }
}

/** Adds up what several counted: the errors add up as well, and a name one of them did not keep counts nothing there. */
export function summed(parts: readonly (readonly Counted[])[]): Counted[] {
  const sums = new Map<string, Counted>();
  for (const { name, count, error } of parts.flat()) {
    const sum = sums.get(name);
    sums.set(name, { name, count: (sum?.count ?? 0) + count, error: (sum?.error ?? 0) + error });
  }
  return [...sums.values()].sort(mostFirst);
}

const mostFirst = (a: Counted, b: Counted): number => b.count - a.count || (a.name < b.name ? -1 : 1);
