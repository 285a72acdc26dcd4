import type { MemoryItem, NewMemory } from '@seedcore/contracts';
import type { Storing } from './memory-item.ts';

/** A memory somebody wants stored, under the id it asks for or was derived for it. */
export type Wish = {
  readonly told: NewMemory;
  readonly memory_id: string;
  /** The newest memory that says the same. */
  readonly said?: string | undefined;
};

/** A memory that is there already. */
export type Found = { readonly item: MemoryItem; readonly rev: number };

/** What is known while a call is planned. */
export type Known = {
  /** Memories of the agent as the leader has them, by id: those the wishes are for, say again or replace. */
  readonly kept: ReadonlyMap<string, Found>;
  /** Flashbulbs the agent has. */
  readonly flashbulbs: number;
  readonly storing: Storing;
};
