import type { MemoryItem } from '@seedcore/contracts';
import { memoryKey } from '../domain/memory/memory-key.ts';
import type { MemoryShelf } from '../domain/memory/memory-shelf.ts';
import type { Memories, MemoriesWritten, MemoryChange } from '../memory-ports.ts';

const DAY_MS = 86_400_000;

/** What a memory is worth, as the page has it, written out once more. */
const worth = ({ salience, hits, created_at }: MemoryItem, wallMs: number): number =>
  0.5 * (salience ?? 0) +
  0.3 * 2 ** (-(wallMs - Date.parse(created_at)) / (30 * DAY_MS)) +
  0.2 * Math.min(1, hits / 10);

/** The words of the `most` memories that are worth most. */
export function mostWorth(view: MemoryShelf, most: number, wallMs: number): ReadonlySet<string> {
  const all = [...view.memories()].map(({ item }) => ({ text: item.text, worth: worth(item, wallMs) }));
  all.sort((a, b) => b.worth - a.worth);
  return new Set(all.slice(0, most).map(({ text }) => text));
}

/** Memories without a bucket: what is removed leaves the shelf at once, and is noted. */
export class NotedMemories implements Memories {
  readonly view: MemoryShelf;
  /** What was removed since it was last looked at. */
  removed: MemoryItem[] = [];
  #rev = 0;

  constructor(view: MemoryShelf) {
    this.view = view;
  }

  fill() {
    return { version: this.#rev, lagMs: 0, withheld: this.view.withheld };
  }

  /** Stores a memory as a watch would tell of it: each with strings of its own. */
  offer(item: MemoryItem): void {
    this.#rev += 1;
    this.view.take({ id: memoryKey(item.tier, item), rev: this.#rev, value: JSON.parse(JSON.stringify(item)) });
  }

  read(): Promise<never> {
    return Promise.reject(new Error('nobody reads here'));
  }

  write(changes: readonly MemoryChange[]): Promise<MemoriesWritten> {
    const revs = changes.map(({ key }) => {
      const known = this.view.get(key)?.value;
      if (known !== undefined) this.removed.push(known);
      this.#rev += 1;
      this.view.take({ id: key, rev: this.#rev });
      return this.#rev;
    });
    return Promise.resolve({ kind: 'written', revs });
  }
}

/**
 * What is wrong with an eviction, as sentences: of an agent above its limit everything that went is worth no more than what
 * it has left; of the others, no more than what is left in all. Nothing but memories of the long term may go.
 */
export function evictionFaults({ view, removed }: NotedMemories, crowded: string, wallMs: number): string[] {
  const kept = [...view.memories()].filter(({ item }) => item.tier === 'long_term');
  const least = (agent?: string) =>
    kept.reduce(
      (low, { item }) => (agent === undefined || item.agent_id === agent ? Math.min(low, worth(item, wallMs)) : low),
      Number.POSITIVE_INFINITY,
    );
  const [inAll, ofCrowded] = [least(), least(crowded)];
  return removed.flatMap((item) => {
    if (item.tier !== 'long_term') return [`${item.memory_id} of tier ${item.tier} went`];
    const bar = item.agent_id === crowded ? ofCrowded : inAll;
    return worth(item, wallMs) <= bar ? [] : [`${item.memory_id} went, worth more than what is left`];
  });
}
