import type { ItemAnswer } from './item.ts';

/** Longest time an item is remembered without a look at the bucket, in ms. */
const MOST_AGE_MS = 30_000;

/** How much is remembered. */
export type CacheBounds = {
  readonly entries: number;
  readonly bytes: number;
  /** True while half of it has to do. */
  readonly isShort?: (() => boolean) | undefined;
};

/** An item as it is remembered. */
export type Remembered = {
  readonly item: ItemAnswer;
  readonly rev: number;
  /** When it was last compared with the bucket, on the process's clock, in ms. */
  readonly seenAt: number;
};

type Entry = Remembered & { readonly until: number; readonly bytes: number };

/** Both clocks at one moment, in ms: the process's, and the wall's. */
export type Moment = { readonly nowMs: number; readonly wallMs: number };

/**
 * The newest items of a replica, the least recently used dropped first. An item is remembered for 30 s or the rest of its
 * own time, whichever ends first, and forgotten at once when it is heard to have changed.
 */
export class ItemCache {
  readonly #bounds: CacheBounds;
  /** In the order of their use. */
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  constructor(bounds: CacheBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Sum of what the values weigh, as characters of their JSON. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The item under `key`, unless its time is over by either clock. */
  get(key: string, { nowMs, wallMs }: Moment): Remembered | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#remove(key, entry);
    if (entry.until <= nowMs || entry.item.untilMs <= wallMs) return undefined;
    this.#add(key, entry);
    return entry;
  }

  put(key: string, { item, rev }: { readonly item: ItemAnswer; readonly rev: number }, at: Moment): void {
    const before = this.#entries.get(key);
    if (before !== undefined && before.rev > rev) return;
    if (before !== undefined) this.#remove(key, before);
    const bytes = key.length + (item.kind === 'value' ? JSON.stringify(item.value).length : 0);
    const until = at.nowMs + Math.min(MOST_AGE_MS, item.untilMs - at.wallMs);
    if (bytes > this.#bounds.bytes || until <= at.nowMs) return;
    this.#add(key, { item, rev, bytes, until, seenAt: at.nowMs });
    const share = this.#bounds.isShort?.() === true ? 0.5 : 1;
    const isTooMuch = () =>
      this.#entries.size > share * this.#bounds.entries || this.#bytes > share * this.#bounds.bytes;
    while (isTooMuch()) this.#removeOldest();
  }

  /** Forgets what is older than the revision `rev`. */
  forget(key: string, rev: number): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.rev < rev) this.#remove(key, entry);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #remove(key: string, { bytes }: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= bytes;
  }

  #removeOldest(): void {
    for (const [key, entry] of this.#entries) {
      this.#remove(key, entry);
      return;
    }
  }
}
