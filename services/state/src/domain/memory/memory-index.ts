import type { MemoryItem, MemoryTier } from '@seedcore/contracts';
import { type Hit, type IndexLimits, SearchIndex, type Vector } from '@seedcore/retrieval';
import type { VectorState } from '../embedded.ts';
import { VectorBook } from '../vector-book.ts';
import { isLive } from './memory-item.ts';
import { keyOf, nameIn, TIERS } from './memory-key.ts';
import { memoryWorth } from './memory-worth.ts';
import { type Circle, circleOf, type Reader } from './visibility.ts';

/** Most memories and characters that are searchable: those of most worth; what is beyond is readable by id. */
const SEARCHABLE: IndexLimits = { documents: 50_000, characters: 50_000_000 };

/** Vectors that are held of each tier, for every memory that is searchable. */
const VECTORS_PER_DOCUMENT = 1.2;

/** What is looked for, by whom; all conditions hold at once. */
export type MemoryQuery = {
  readonly reader: Reader;
  readonly text?: string | undefined;
  readonly vector?: Vector | undefined;
  readonly k: number;
  readonly lambda: number;
  readonly include: readonly Circle[];
  readonly kinds: readonly string[];
  readonly tiers: readonly MemoryTier[];
  readonly tags: readonly string[];
  readonly sinceMs: number | undefined;
  readonly halfLifeMs: number | undefined;
};

/** Memories that were found, and the share of those the reader may see with a vector of the query's model. */
export type FoundMemories = {
  readonly hits: readonly (Hit & { readonly item: MemoryItem })[];
  readonly vectors: number;
};

/**
 * What can be searched of a replica's memories: live ones, by words and by vector.
 *
 * Invariants: a memory the reader may not see changes neither hits nor scores; only what is searchable is embedded; when
 * there is not room for all, {@link weigh} leaves those of most worth.
 */
export class MemoryIndex {
  readonly #index: SearchIndex;
  readonly #limits: IndexLimits;
  /** Live memories, with room or without. */
  readonly #live = new Map<string, MemoryItem>();
  /** Vectors of texts by tier, under the key without its first token. */
  readonly books: Readonly<Record<MemoryTier, VectorBook>>;

  constructor(given: Partial<IndexLimits> = {}) {
    const limits = { ...SEARCHABLE, ...given };
    this.#limits = limits;
    this.#index = new SearchIndex(limits);
    const bookOf = (tier: MemoryTier) =>
      // Those of memories that left the index, or went, and whose vector has not yet, are kept while there is room.
      new VectorBook(Math.ceil(VECTORS_PER_DOCUMENT * limits.documents), (name, vector) =>
        this.#index.setVector(keyOf(tier, name), vector),
      );
    this.books = { long_term: bookOf('long_term'), flashbulb: bookOf('flashbulb'), episode: bookOf('episode') };
  }

  /** A memory as it is now; undefined when it is gone. */
  tell(key: string, item: MemoryItem | undefined): void {
    const before = this.#live.get(key);
    if (item === undefined || item.replaced_by !== undefined) {
      this.#live.delete(key);
      if (before !== undefined) this.#leave(key, before);
      return;
    }
    this.#live.set(key, item);
    const isTheSame = before?.text === item.text && before.no_external_egress === item.no_external_egress;
    if (!isTheSame) this.#enter(key, item);
  }

  /** Memories that fit best, of those the reader may see. */
  search(asked: MemoryQuery, wallMs: number): FoundMemories {
    const { text, vector, k, lambda, halfLifeMs } = asked;
    const circle = (key: string) => {
      const item = this.#live.get(key);
      return item !== undefined && isLive(item, wallMs) ? circleOf(asked.reader, item) : undefined;
    };
    const isVisible = (key: string) => circle(key) !== undefined;
    const isWanted = (key: string) => {
      const item = this.#live.get(key);
      const as = circle(key);
      return item !== undefined && as !== undefined && asked.include.includes(as) && meets(item, asked);
    };
    const ageMs = (key: string) => wallMs - Date.parse(this.#live.get(key)?.created_at ?? '');
    const recency = halfLifeMs === undefined ? undefined : { ageMs, halfLifeMs };
    const found = this.#index.search({ text, vector, k, lambda, isVisible, isWanted, recency });
    const hits = found.hits.flatMap((hit) => {
      const item = this.#live.get(hit.id);
      return item === undefined ? [] : [{ ...hit, item }];
    });
    return { hits, vectors: found.vectors };
  }

  /** Where the vector of a memory stands. */
  vectorState({ tier, agent_id, memory_id }: Pick<MemoryItem, 'tier' | 'agent_id' | 'memory_id'>): VectorState {
    return this.books[tier].stateOf(`${agent_id}.${memory_id}`);
  }

  /** When there is not room for all, makes those of most worth searchable, ties by key. */
  weigh(wallMs: number, hitsOf: (key: string) => number): void {
    if (this.#index.beyond.size === 0 || this.#limits.admits?.() === false) return;
    const best = [...this.#live]
      .map(([key, item]) => ({ key, item, worth: memoryWorth({ ...item, hits: item.hits + hitsOf(key) }, wallMs) }))
      .sort((a, b) => b.worth - a.worth || (a.key < b.key ? -1 : 1));
    const chosen = this.#fitting(best);
    const others = best.filter(({ key }) => !chosen.has(key));
    for (const { key, item } of others) if (!this.#index.beyond.has(key)) this.#leave(key, item);
    for (const { key, item } of best) if (chosen.has(key) && this.#index.beyond.has(key)) this.#enter(key, item);
    // Those that had to leave are told once more, so that they count among what cannot be found.
    for (const { key, item } of others) if (!this.#index.beyond.has(key)) this.#enter(key, item);
  }

  /** Memories that can be searched. */
  get searchable(): number {
    return this.#index.size;
  }

  /** Share of the live memories that can be searched. */
  get coverage(): number {
    return this.#index.coverage;
  }

  /** Keys of the first that there is room for. */
  #fitting(best: readonly { readonly key: string; readonly item: MemoryItem }[]): ReadonlySet<string> {
    const chosen = new Set<string>();
    let characters = 0;
    for (const { key, item } of best) {
      characters += item.text.length;
      if (chosen.size >= this.#limits.documents || characters > this.#limits.characters) break;
      chosen.add(key);
    }
    return chosen;
  }

  #enter(key: string, item: MemoryItem): void {
    const book = this.books[item.tier];
    const name = nameIn(key);
    book.tell(name, { text: item.text, noExternalEgress: item.no_external_egress });
    const isHeld = this.#index.put(key, { text: item.text, vector: book.vectorOf(name) });
    if (!isHeld) book.tell(name, undefined);
  }

  #leave(key: string, { tier }: MemoryItem): void {
    this.#index.remove(key);
    this.books[tier].tell(nameIn(key), undefined);
  }
}

function meets(item: MemoryItem, { kinds, tiers, tags, sinceMs }: MemoryQuery): boolean {
  return (
    (kinds.length === 0 || kinds.includes(item.kind)) &&
    (tiers.length === 0 || tiers.includes(item.tier)) &&
    tags.every((tag) => item.tags.includes(tag)) &&
    (sinceMs === undefined || Date.parse(item.created_at) >= sinceMs)
  );
}

/** How the vectors that are kept are: the length of those of each model, and how many there are. */
export function dimsOf(books: MemoryIndex['books']): VectorBook['dims'] {
  const all = new Map<string, { dims: number; n: number }>();
  for (const tier of TIERS)
    for (const [model, { dims, n }] of books[tier].dims) all.set(model, { dims, n: n + (all.get(model)?.n ?? 0) });
  return all;
}
