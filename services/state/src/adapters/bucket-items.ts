import { type Bucket, type KeyWatch, type Store, StoreError } from '@seedcore/store';
import type { Item } from '../domain/item.ts';
import { ITEM_PREFIX } from '../domain/item-key.ts';
import type { HeardKey } from '../domain/key-table.ts';
import type { Items, Kept } from '../item-ports.ts';
import type { Reading, Writing } from '../ports.ts';
import { type ItemRecord, itemOf, itemRecord, recordOf } from './item-record.ts';
import { unreadable } from './unreadable.ts';

/** Compare-and-sets before a write gives up against others. */
const TRIES = 8;

/** Items in the bucket `<ns>_memory`, each under the key made of its name, gone when its time is over. */
export class BucketItems implements Items {
  readonly #bucket: Bucket<ItemRecord>;

  constructor(store: Store) {
    this.#bucket = store.bucket({
      name: 'memory',
      schema: itemRecord,
      version: 1,
      ttlMs: ({ expires_at }) => Math.max(1000, Date.parse(expires_at) - store.broker.clock.wallMs()),
    });
  }

  async read({ id, key }: Kept): Promise<Reading<Item>> {
    try {
      const read = await this.#bucket.get(id, { fresh: true });
      return read === undefined ? { kind: 'absent' } : { kind: 'found', value: itemOf(read.value, key), rev: read.rev };
    } catch (error) {
      return unreadable(error);
    }
  }

  async revise(
    { id, key }: Kept,
    change: (now: Item | undefined, rev: number) => Item | 'skip' | 'remove',
  ): Promise<Writing<Item>> {
    let wish: Item | 'skip' | 'remove' = 'skip';
    const step = (now: ItemRecord | undefined, rev: number): ItemRecord | 'skip' | 'remove' => {
      wish = change(now && itemOf(now, key), rev);
      return typeof wish === 'string' ? wish : recordOf(wish);
    };
    try {
      const { rev } = await this.#bucket.update<ItemRecord | 'skip' | 'remove'>(id, step, { tries: TRIES });
      return ended(wish, rev);
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return { kind: 'contended', tries: TRIES };
      return unreadable(error);
    }
  }

  async remove(id: string, rev: number): Promise<boolean> {
    try {
      const done = await this.#bucket.update(id, (_now, at) => (at === rev ? 'remove' : 'skip'), { tries: TRIES });
      return done.outcome === 'removed';
    } catch (error) {
      if (error instanceof StoreError) return false; // somebody writes it, or nobody can read it: it stays
      throw error;
    }
  }

  /** Tells of every key of an item, and of its changes. */
  watch(listener: (heard: HeardKey) => void): KeyWatch {
    return this.#bucket.watchKeys(ITEM_PREFIX, listener);
  }
}

function ended(wish: Item | 'skip' | 'remove', rev: number): Writing<Item> {
  if (wish === 'skip') return { kind: 'skipped', rev };
  return wish === 'remove' ? { kind: 'removed', rev } : { kind: 'written', value: wish, rev };
}
