/** A set of types as bits, so that sets compare, join and serve as keys in no time. */
export type TypeSet = bigint;

/** The types a search can come across, each with the least it costs to have. */
export class TypeSpace {
  readonly #bits = new Map<string, TypeSet>();
  /** Dearest first: the first that is in a set is the dearest of the set. */
  readonly #byCost: readonly (readonly [TypeSet, number])[];

  constructor(types: Iterable<string>, costs: ReadonlyMap<string, number>) {
    for (const type of types) if (!this.#bits.has(type)) this.#bits.set(type, 1n << BigInt(this.#bits.size));
    this.#byCost = [...this.#bits]
      .map(([type, bit]) => [bit, costs.get(type) ?? Number.POSITIVE_INFINITY] as const)
      .sort((a, b) => b[1] - a[1]);
  }

  /** The set of `types`; those outside the space are passed over. */
  setOf(types: readonly string[]): TypeSet {
    return types.reduce((set, type) => set | (this.#bits.get(type) ?? 0n), 0n);
  }

  /** Cost of the dearest type in `set`: at least this much is still to be spent. */
  dearest(set: TypeSet): number {
    if (set === 0n) return 0;
    return this.#byCost.find(([bit]) => (set & bit) !== 0n)?.[1] ?? 0;
  }
}
