import type { MemoryItem } from '@seedcore/contracts';
import type { Taken } from '../record-view.ts';
import { MemoryShelf, type OnMemory, type ShelfLimits } from './memory-shelf.ts';

/** Episodes that are held and searched: the newest. */
const MOST_EPISODES = 10_000;

/** The newest episodes of the journal; older ones are known by id only to whoever asks the journal. */
export class EpisodeShelf extends MemoryShelf {
  readonly #most: number;
  /** Keys in the order in which they came, oldest first. */
  readonly #order = new Set<string>();
  /** Revision of the newest one that had to go: what is handed over again after a fault may be older, and stays out. */
  #floor = 0;

  constructor(onMemory: OnMemory, most = MOST_EPISODES) {
    const limits: ShelfLimits = { records: most + 1, flashbulbs: 0, bytes: Number.POSITIVE_INFINITY };
    super(onMemory, limits);
    this.#most = most;
  }

  override take(taken: Taken<MemoryItem>): boolean {
    if (taken.rev <= this.#floor || !super.take(taken)) return false;
    if (this.get(taken.id) === undefined) this.#order.delete(taken.id);
    else this.#order.add(taken.id);
    const oldest = this.#order.size > this.#most ? this.#order.values().next().value : undefined;
    if (oldest === undefined) return true;
    this.#order.delete(oldest);
    this.#floor = this.get(oldest)?.rev ?? this.#floor;
    this.drop(oldest);
    return true;
  }
}
