import { type Expiry, ExpiryHeap } from './expiry-heap.ts';
import { type ItemStore, storeOf } from './item-key.ts';

/** A key as it was heard of. */
export type HeardKey = {
  readonly key: string;
  readonly rev: number;
  readonly isThere: boolean;
  readonly untilMs?: number;
};

/** The heap may hold so many times the keys there are before what was overtaken in it is thrown out. */
const MOST_OVERTAKEN = 4;

/** The keys of items, as a replica has heard of them: how many each store has, and which expires next. */
export class KeyTable {
  readonly #tables: Readonly<Record<ItemStore, StoreTable>> = {
    mw: new StoreTable(),
    shared_cache: new StoreTable(),
  };
  #heardRev = 0;

  /** Takes what the bucket's watch said. */
  hear(heard: HeardKey): void {
    this.#heardRev = Math.max(this.#heardRev, heard.rev);
    this.note(heard);
  }

  /** Takes what this replica wrote, before the watch says it. */
  note(heard: HeardKey): void {
    this.#tables[storeOf(heard.key)].take(heard);
  }

  /** True unless the watch has said something newer of the key: whoever was slower must not be remembered. */
  isNewest(key: string, rev: number): boolean {
    return rev > this.#heardRev || this.#tables[storeOf(key)].revisionOf(key) === rev;
  }

  /** Revision of a key as far as it is known. */
  revisionOf(key: string): number | undefined {
    return this.#tables[storeOf(key)].revisionOf(key);
  }

  sizeOf(store: ItemStore): number {
    return this.#tables[store].size;
  }

  /** Takes the key that expires soonest out of the table; whoever asks is to remove it. */
  takeSoonest(store: ItemStore): { readonly key: string; readonly rev: number } | undefined {
    return this.#tables[store].takeSoonest();
  }

  /** Forgets the keys whose time is over though the broker has not said so yet. */
  forgetExpired(store: ItemStore, wallMs: number): void {
    this.#tables[store].forgetExpired(wallMs);
  }
}

type Known = { readonly rev: number; readonly untilMs: number };

class StoreTable {
  readonly #known = new Map<string, Known>();
  readonly #ends = new ExpiryHeap();

  get size(): number {
    return this.#known.size;
  }

  revisionOf(key: string): number | undefined {
    return this.#known.get(key)?.rev;
  }

  take({ key, rev, isThere, untilMs = Number.POSITIVE_INFINITY }: HeardKey): void {
    const known = this.#known.get(key);
    if (known !== undefined && known.rev >= rev && isThere) return;
    if (!isThere) {
      if (known === undefined || known.rev <= rev) this.#known.delete(key);
      return;
    }
    this.#known.set(key, { rev, untilMs });
    this.#ends.add({ key, untilMs });
    if (this.#ends.size > MOST_OVERTAKEN * this.#known.size + MOST_OVERTAKEN) this.#rebuild();
  }

  takeSoonest(): { readonly key: string; readonly rev: number } | undefined {
    const soonest = this.#soonest();
    const known = soonest && this.#known.get(soonest.key);
    if (soonest === undefined || known === undefined) return undefined;
    this.#remove(soonest.key);
    return { key: soonest.key, rev: known.rev };
  }

  forgetExpired(wallMs: number): void {
    for (let next = this.#soonest(); next !== undefined && next.untilMs <= wallMs; next = this.#soonest())
      this.#remove(next.key);
  }

  #remove(key: string): void {
    this.#ends.takeSoonest();
    this.#known.delete(key);
  }

  /** The end that comes next, past those that were overtaken by a later write of their key. */
  #soonest(): Expiry | undefined {
    for (let next = this.#ends.soonest; next !== undefined; next = this.#ends.soonest) {
      if (this.#known.get(next.key)?.untilMs === next.untilMs) return next;
      this.#ends.takeSoonest();
    }
    return undefined;
  }

  #rebuild(): void {
    this.#ends.clear();
    for (const [key, { untilMs }] of this.#known) this.#ends.add({ key, untilMs });
  }
}
