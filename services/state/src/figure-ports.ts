import type { FlawBook } from './domain/flaw-book.ts';
import type { CacheBounds } from './domain/item-cache.ts';
import type { ItemStore } from './domain/item-key.ts';

/** What a bucket or a stream holds, as the broker tells it. */
export type Holding = { readonly name: string; readonly messages: number; readonly bytes: number };

/** A lease that somebody holds; whoever wrote something else there is unknown. */
export type HeldLease = {
  readonly name: string;
  readonly holder: string | undefined;
  readonly ttlMs: number | undefined;
  readonly renewedMs: number;
};

/** A store of working memory. */
type Singleton = {
  readonly name: string;
  readonly singleton_id: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly epoch: number;
};

/** Figures of working memory. */
export type WorkingFigures = {
  readonly keys: Readonly<Record<ItemStore, number>>;
  readonly remembered: CacheBounds;
  readonly reads: Readonly<Record<'L1' | 'L2' | 'negative' | 'missed' | 'dropped', number>>;
  readonly singletons: readonly Singleton[];
};

/** What figures are made of beside what the other endpoints work with. */
export type FigurePorts = {
  readonly instance: string;
  /** When this replica began to count. */
  readonly since: string;
  readonly flaws: FlawBook;
  readonly working: () => WorkingFigures;
  /** How far what is followed may be behind, in ms, by what it is; infinite before its first full set. */
  readonly lagsMs: () => Readonly<Record<string, number>>;
  /** What state keeps, as far as it is there, in name order. @throws MeshError when the broker is out of reach */
  readonly kept: () => Promise<{ readonly buckets: readonly Holding[]; readonly streams: readonly Holding[] }>;
  /** Of the corrupt records, those of which there is a copy. @throws MeshError as above */
  readonly quarantined: () => Promise<number>;
  /** Every lease that is held, in name order. @throws MeshError as above */
  readonly leases: () => Promise<readonly HeldLease[]>;
};
