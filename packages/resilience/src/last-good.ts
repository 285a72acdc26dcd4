/** How many values are kept, and for how long in ms. */
export type LastGoodPolicy = { readonly most: number; readonly maxAgeMs: number };

/** The documented defaults: a thousand values, five minutes. */
export const defaultLastGood: LastGoodPolicy = { most: 1_000, maxAgeMs: 300_000 };

/** A value that was live once. */
export type Kept<T> = { readonly value: T; readonly ageMs: number };

type Entry<T> = { readonly value: T; readonly at: number };

/** The last live value by key; the least recently used one goes first. */
export class LastGood<T> {
  readonly #policy: LastGoodPolicy;
  /** In the order of use, oldest first. */
  readonly #entries = new Map<string, Entry<T>>();

  constructor(policy: LastGoodPolicy = defaultLastGood) {
    this.#policy = policy;
  }

  /** Keeps a live value. */
  keep(key: string, value: T, now: number): void {
    this.#use(key, { value, at: now });
    if (this.#entries.size <= this.#policy.most) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** The value of a key if it is young enough. */
  find(key: string, now: number): Kept<T> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const ageMs = Math.max(0, now - entry.at);
    if (ageMs <= this.#policy.maxAgeMs) this.#use(key, entry);
    else this.#entries.delete(key);
    return ageMs <= this.#policy.maxAgeMs ? { value: entry.value, ageMs } : undefined;
  }

  /** Values kept. */
  get size(): number {
    return this.#entries.size;
  }

  #use(key: string, entry: Entry<T>): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
  }
}
