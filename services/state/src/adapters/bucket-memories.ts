import { type MemoryItem, memoryItem } from '@seedcore/contracts';
import { type Bucket, type CommitChange, type Store, StoreError, type Watch } from '@seedcore/store';
import { endOf } from '../domain/memory/memory-item.ts';
import { type MemoryName, memoryKey, prefixOf } from '../domain/memory/memory-key.ts';
import type { MemoryShelf } from '../domain/memory/memory-shelf.ts';
import type { Bucketful } from '../domain/snapshot-source.ts';
import type { Memories, MemoriesWritten, MemoryChange } from '../memory-ports.ts';
import type { Reading } from '../ports.ts';
import { unreadable } from './unreadable.ts';

/** Prefixes of the keys of memories in `<ns>_memory`. */
export const MEMORY_PREFIXES = [prefixOf('long_term'), prefixOf('flashbulb')] as const;
/** The broker counts in whole seconds. */
const SHORTEST_MS = 1000;

/** Memories as `m.<agent>.<id>` and flashbulbs as `fb.<agent>.<id>` in `<ns>_memory`, each with its time to live. */
export class BucketMemories implements Memories {
  readonly view: MemoryShelf;
  readonly #bucket: Bucket<MemoryItem>;
  readonly #watches: readonly Watch[];
  #isFull = false;

  constructor(store: Store, view: MemoryShelf) {
    const { clock } = store.broker;
    this.view = view;
    this.#bucket = store.bucket({
      name: 'memory',
      schema: memoryItem,
      version: 1,
      ttlMs: (item) => {
        const leftMs = endOf(item) - clock.wallMs();
        return Number.isFinite(leftMs) ? Math.max(SHORTEST_MS, leftMs) : undefined;
      },
    });
    this.#watches = MEMORY_PREFIXES.map((prefix) =>
      this.#bucket.watch(prefix, ({ key, rev, value }) => view.take({ id: key, rev, value })),
    );
    void Promise.all(this.#watches.map(({ ready }) => ready)).then(() => {
      this.#isFull = true;
    });
  }

  fill(): Bucketful {
    const lags = this.#watches.map((watch) => watch.lagMs());
    const lagMs = this.#isFull ? Math.round(Math.max(...lags)) : Number.POSITIVE_INFINITY;
    return { version: this.view.version, lagMs, withheld: this.view.withheld };
  }

  async read(name: MemoryName): Promise<Reading<MemoryItem>> {
    const keys = (['long_term', 'flashbulb'] as const).map((tier) => memoryKey(tier, name));
    try {
      const [item, flashbulb] = await Promise.all(keys.map((key) => this.#bucket.get(key, { fresh: true })));
      const read = item ?? flashbulb;
      if (read === undefined) return { kind: 'absent' };
      this.view.take({ id: memoryKey(read.value.tier, name), rev: read.rev, value: read.value });
      return { kind: 'found', value: read.value, rev: read.rev };
    } catch (error) {
      return unreadable(error);
    }
  }

  async write(changes: readonly MemoryChange[]): Promise<MemoriesWritten> {
    const [only] = changes;
    if (only === undefined) return { kind: 'written', revs: [] };
    try {
      const revs = changes.length === 1 ? await this.#writeOne(only) : await this.#bucket.commit(changes.map(commitOf));
      if (revs === undefined) return { kind: 'overtaken' };
      for (const [i, { key, value }] of changes.entries()) this.view.take({ id: key, rev: revs[i] ?? 0, value });
      return { kind: 'written', revs };
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return { kind: 'overtaken' };
      return { ...unreadable(error), key: only.key };
    }
  }

  /** One change costs less than a batch of one; undefined when it was not over what is there. */
  async #writeOne({ key, expect, value }: MemoryChange): Promise<readonly number[] | undefined> {
    if (expect === 0 && value !== undefined) {
      const { created, rev } = await this.#bucket.createOnce(key, value);
      return created ? [rev] : undefined;
    }
    const change = (now: MemoryItem | undefined, rev: number) =>
      now === undefined || rev !== expect ? 'skip' : (value ?? 'remove');
    const { outcome, rev } = await this.#bucket.update<MemoryItem | 'skip' | 'remove'>(key, change);
    return outcome === 'skipped' ? undefined : [rev];
  }
}

const commitOf = ({ key, expect, value }: MemoryChange): CommitChange<MemoryItem> => ({
  ...{ key, expect },
  ...(value === undefined ? {} : { value }),
});
