import { MeshError } from '@seedcore/protocol';
import { alive, type HeldItem, type Item, type ItemVerdict } from '../domain/item.ts';
import type { Remembered } from '../domain/item-cache.ts';
import { type ItemName, type ItemStore, itemKey } from '../domain/item-key.ts';
import type { ItemPorts, Kept, Singletons } from '../item-ports.ts';
import type { NearItems } from './near-items.ts';

/** Most keys of each store. */
export const MOST_KEYS = 100_000;

/** An item as it was seen; `stale` when it comes from memory because the bucket could not be asked. */
export type SeenItem = HeldItem & {
  readonly level: 'L1' | 'L2';
  readonly ageMs: number;
  readonly isStale: boolean;
};

/** A record that cannot be read. */
export type CorruptItem = { readonly kind: 'corrupt'; readonly why: string };

/** What came of a change: the verdict that held, what was there before, and the revision since. */
export type ChangedItem =
  | { readonly kind: 'done'; readonly verdict: ItemVerdict; readonly before: HeldItem; readonly rev: number }
  | { readonly kind: 'contended'; readonly tries: number }
  | { readonly kind: 'full'; readonly limit: number; readonly got: number }
  | CorruptItem;

/** What is counted. */
export type ItemCounts = { L1: number; L2: number; negative: number; missed: number; dropped: number };

/** What the shelf works with. */
export type ShelfPorts = ItemPorts & {
  readonly near: NearItems;
  readonly singletons: Singletons;
  /** False while what is remembered may be behind. */
  readonly isCurrent: () => boolean;
  readonly mostKeys: number;
};

/** Items in two levels: the memory of this replica (L1), and the bucket (L2). */
export class ItemShelf {
  readonly counts: ItemCounts = { L1: 0, L2: 0, negative: 0, missed: 0, dropped: 0 };
  readonly #ports: ShelfPorts;

  constructor(ports: ShelfPorts) {
    this.#ports = ports;
  }

  /** What is remembered and certainly not behind by more than `maxAgeMs`. */
  recall(name: ItemName, maxAgeMs: number): SeenItem | undefined {
    const { near, isCurrent } = this.#ports;
    const found = isCurrent() ? near.recall(itemKey(name), maxAgeMs) : undefined;
    return found && this.#remembered(found, false);
  }

  /**
   * Reads L1, then the leader. While that is out of reach, what is remembered is told with its age, and as stale.
   *
   * @throws MeshError when the broker is out of reach and nothing is remembered
   */
  async look(name: ItemName, maxAgeMs: number): Promise<SeenItem | CorruptItem> {
    this.#ready(name.store);
    const near = this.recall(name, maxAgeMs);
    if (near !== undefined) return near;
    try {
      return await this.#lookFar(name);
    } catch (error) {
      const last = error instanceof MeshError ? this.#ports.near.recall(itemKey(name), maxAgeMs) : undefined;
      if (last === undefined) throw error;
      return this.#remembered(last, true);
    }
  }

  /** Counts one read. */
  tally(what: keyof ItemCounts | undefined): void {
    if (what !== undefined) this.counts[what] += 1;
  }

  /** Changes what an item holds; `judge` is pure and may run several times. @throws MeshError when the broker is out of reach */
  async change(name: ItemName, judge: (now: HeldItem) => ItemVerdict): Promise<ChangedItem> {
    this.#ready(name.store);
    return (await this.#makeRoom(name.store, itemKey(name))) ?? this.remove(name, judge);
  }

  /** The same for what needs no room. */
  async remove(
    name: ItemName,
    judge: (now: HeldItem) => ItemVerdict,
  ): Promise<Exclude<ChangedItem, { readonly kind: 'full' }>> {
    this.#ready(name.store);
    const kept = keptAt(name);
    let before: HeldItem = { item: undefined, rev: 0 };
    let verdict: ItemVerdict = { kind: 'keep' };
    const writing = await this.#ports.items.revise(kept, (item, rev) => {
      before = this.#alive({ item, rev });
      verdict = judge(before);
      if (verdict.kind === 'write') return verdict.item;
      return verdict.kind === 'remove' ? 'remove' : 'skip';
    });
    if (writing.kind === 'contended' || writing.kind === 'corrupt') return writing;
    if (writing.kind === 'written') this.#wrote(kept.id, writing.value, writing.rev);
    if (writing.kind === 'removed') this.#removed(kept.id, writing.rev);
    return { kind: 'done', verdict, before, rev: writing.rev };
  }

  async #lookFar(name: ItemName): Promise<SeenItem | CorruptItem> {
    const kept = keptAt(name);
    const reading = await this.#ports.items.read(kept);
    if (reading.kind === 'corrupt') return reading;
    const held: HeldItem =
      reading.kind === 'found' ? this.#alive({ item: reading.value, rev: reading.rev }) : { item: undefined, rev: 0 };
    const { item, rev } = held;
    if (item !== undefined && item.kind !== 'claim') this.#ports.near.keep(kept.id, { item, rev });
    return { ...held, level: 'L2', ageMs: 0, isStale: false };
  }

  #remembered(found: Remembered, isStale: boolean): SeenItem {
    return { item: found.item, rev: found.rev, level: 'L1', ageMs: this.#ports.near.ageOf(found), isStale };
  }

  #wrote(id: string, item: Item, rev: number): void {
    const { near } = this.#ports;
    near.table.note({ key: id, rev, isThere: true, untilMs: item.untilMs });
    near.forget(id, rev);
    if (item.kind !== 'claim') near.keep(id, { item, rev });
  }

  #removed(id: string, rev: number): void {
    const { near } = this.#ports;
    near.table.note({ key: id, rev, isThere: false });
    near.forget(id, rev);
  }

  /** A new key in a full store: `mw` takes none, `shared_cache` gives up what expires soonest. */
  async #makeRoom(store: ItemStore, id: string): Promise<Extract<ChangedItem, { kind: 'full' }> | undefined> {
    const { clock, items, mostKeys, near } = this.#ports;
    const { table } = near;
    if (table.revisionOf(id) !== undefined || table.sizeOf(store) < mostKeys) return undefined;
    table.forgetExpired(store, clock.wallMs());
    const got = table.sizeOf(store) + 1;
    if (got <= mostKeys) return undefined;
    if (store === 'mw') return { kind: 'full', limit: mostKeys, got };
    const soonest = table.takeSoonest(store);
    if (soonest !== undefined && (await items.remove(soonest.key, soonest.rev))) this.counts.dropped += 1;
    if (soonest !== undefined) near.forget(soonest.key, Number.POSITIVE_INFINITY);
    return undefined;
  }

  #alive(held: HeldItem): HeldItem {
    return alive(held, this.#ports.clock.wallMs());
  }

  /** @throws MeshError `unavailable` while the store's own record has not been read */
  #ready(store: ItemStore): void {
    if (!this.#ports.singletons.waitingFor().includes(`meta.${store}`)) return;
    throw new MeshError('unavailable', { target: 'state', message: `waiting_for: meta.${store}`, started: false });
  }
}

const keptAt = (name: ItemName): Kept => ({ id: itemKey(name), key: name.key });
