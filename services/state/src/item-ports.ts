import type { Clock } from '@seedcore/protocol';
import type { Item } from './domain/item.ts';
import type { MissRecord } from './domain/miss-record.ts';
import type { Reading, Writing } from './ports.ts';

/** Where an item is kept: its key in the bucket, and the key it was given. */
export type Kept = { readonly id: string; readonly key: string };

/** Items as the leader has them. */
export interface Items {
  /** @throws MeshError when the broker is out of reach */
  read(kept: Kept): Promise<Reading<Item>>;
  /** Applies a pure `change`, which may run several times, until it holds. @throws MeshError as above */
  revise(kept: Kept, change: (now: Item | undefined, rev: number) => Item | 'skip' | 'remove'): Promise<Writing<Item>>;
  /** Removes what is at the revision `rev`; false when it is another by now. @throws MeshError as above */
  remove(id: string, rev: number): Promise<boolean>;
}

/** Counts of misses, by hour and by who counted them. */
export interface Misses {
  /** @throws MeshError when the broker is out of reach */
  write(record: MissRecord): Promise<void>;
  /** What everybody counted in an hour. @throws MeshError as above */
  read(hour: number): Promise<readonly MissRecord[]>;
}

/** The records that say that a store of working memory exists. */
export interface Singletons {
  /** Names of the records that have not been read yet, as `meta.<store>`. */
  waitingFor(): readonly string[];
}

/** What items need of the world. */
export type ItemPorts = { readonly clock: Clock; readonly items: Items };
