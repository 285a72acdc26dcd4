import type { MemoryItem, MemoryTier } from '@seedcore/contracts';
import type { EpisodeShelf } from './domain/memory/episode-shelf.ts';
import type { HitCounts } from './domain/memory/hit-counts.ts';
import type { MemoryFigures } from './domain/memory/memory-figures.ts';
import type { MemoryIndex } from './domain/memory/memory-index.ts';
import type { MemoryName } from './domain/memory/memory-key.ts';
import type { MemoryShelf } from './domain/memory/memory-shelf.ts';
import type { MemoryLimits } from './domain/memory/memory-worth.ts';
import type { Followed, Reading } from './ports.ts';

/** A change of a memory: it holds only over the revision `expect`, 0 for nothing there; without `value` it is removed. */
export type MemoryChange = { readonly key: string; readonly expect: number; readonly value?: MemoryItem };

/** What came of changes that belong together. */
export type MemoriesWritten =
  | { readonly kind: 'written'; readonly revs: readonly number[] }
  /** One of them was not over what is there now; nothing was written. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'corrupt'; readonly key: string; readonly why: string };

/** Memories of the long term, flashbulbs among them, by key. */
export interface Memories extends Followed<MemoryItem, MemoryShelf> {
  /** A memory as the leader has it, whatever tier it is in. @throws MeshError when the broker is out of reach */
  read(name: MemoryName): Promise<Reading<MemoryItem>>;
  /**
   * Makes all changes or none, at most 100; what is written shows in the picture at once.
   *
   * @throws MeshError when the broker is out of reach; `timeout` when they may have been made
   */
  write(changes: readonly MemoryChange[]): Promise<MemoriesWritten>;
}

/** Episodes in the journal, by agent and id. */
export interface Episodes extends Followed<MemoryItem, EpisodeShelf> {
  /** An episode as the journal has it. @throws MeshError as above */
  read(name: MemoryName): Promise<Reading<MemoryItem>>;
  /** Adds an episode; false when there is one of that id. @throws MeshError as above */
  append(item: MemoryItem): Promise<{ readonly added: boolean; readonly rev: number }>;
  /** Takes an episode out; false when there is none. @throws MeshError as above */
  remove(name: MemoryName): Promise<boolean>;
}

/** Tells whoever listens; nobody waits for it. */
export interface MemoryAnnouncements {
  memoryStored(news: { agent_id: string; memory_id: string; revision: number; tier: MemoryTier; kind: string }): void;
  flashbulb(news: { agent_id: string; memory_id: string; kind: string; salience: number }): void;
  memoryReplaced(news: { agent_id: string; memory_id: string; replaces: string[] }): void;
  memoryEvicted(news: { agent_id: string; memory_ids: string[] }): void;
}

/** What remembering for long needs of the world. */
export type MemoryPorts = {
  readonly memories: Memories;
  readonly episodes: Episodes;
  readonly index: MemoryIndex;
  readonly hits: HitCounts;
  readonly figures: MemoryFigures;
  readonly limits: MemoryLimits;
  /** Waits for a moment of random length, after others were quicker. */
  readonly pause: () => Promise<void>;
};
