/** The world outside: it knows what was done there, and how often. */
export class OutsideWorld {
  readonly #times = new Map<string, number>();

  /** Does it once per key and answers the same again, as a receiver that knows keys. */
  async keyed(key: string): Promise<string> {
    if (!this.#times.has(key)) this.#times.set(key, 1);
    return `done ${key}`;
  }

  /** Does it again whenever it is asked. */
  async blind(key: string): Promise<string> {
    this.#times.set(key, this.times(key) + 1);
    return `done ${key}`;
  }

  /** Tells whether it was done. */
  async find(key: string): Promise<{ readonly value: string } | 'absent'> {
    return this.#times.has(key) ? { value: `done ${key}` } : 'absent';
  }

  times(key: string): number {
    return this.#times.get(key) ?? 0;
  }

  /** What was done how often, by key. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#times].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
