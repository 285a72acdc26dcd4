/** A map that forgets the entry unused for longest when it grows beyond its capacity. */
export class BoundedMap<K, V> {
  readonly #capacity: number;
  readonly #entries = new Map<K, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value, which counts as used now. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#refresh(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#refresh(key, value);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
  }

  #refresh(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }
}
