import type { MemoryItem, MemoryTier } from '@seedcore/contracts';
import { type Known, RecordView, type Taken } from '../record-view.ts';
import { KeysByName } from './keys-by-name.ts';
import { bytesOf } from './memory-item.ts';
import { contentName } from './memory-key.ts';
import type { Keyed } from './memory-worth.ts';

/**
 * Most memories, and bytes of them, a replica holds; further ones are known by key only. Flashbulbs, which are never
 * evicted, have a part of the records only, so that what is evicted by worth is always there to be weighed.
 */
export type ShelfLimits = { readonly records: number; readonly flashbulbs: number; readonly bytes: number };

const usualLimits: ShelfLimits = { records: 300_000, flashbulbs: 60_000, bytes: 536_870_912 };
/** Bytes of the heap a record takes beside what it says, with its places in every table: measured by `test/bench/state`. */
const RECORD_BYTES = 1400;
/** Data take so many times the length of their JSON. */
const DATA_TIMES = 4;

/** Hears what a memory is now; undefined when it is gone. */
export type OnMemory = (key: string, item: MemoryItem | undefined) => void;

/** Memories of a replica, by key: of whom, under which id, and saying what. */
export class MemoryShelf extends RecordView<MemoryItem> {
  readonly #limits: ShelfLimits;
  readonly #onMemory: OnMemory;
  readonly #ofAgent = new KeysByName();
  readonly #byId = new KeysByName();
  readonly #bySaid = new KeysByName();
  readonly #counts = new Map<string, number>();
  #bytes = 0;
  #flashbulbs = 0;

  constructor(onMemory: OnMemory, limits: ShelfLimits = usualLimits) {
    super(limits.records);
    this.#onMemory = onMemory;
    this.#limits = limits;
  }

  override take(taken: Taken<MemoryItem>): boolean {
    const before = this.get(taken.id)?.value;
    if (!super.take(taken)) return false;
    if (before !== undefined) this.#note(taken.id, before, -1);
    const after = this.get(taken.id)?.value;
    if (after !== undefined) this.#note(taken.id, after, 1);
    this.#onMemory(taken.id, after);
    return true;
  }

  /** Keys of the memories with that id, of whatever agent. */
  keysOf(memoryId: string): readonly string[] {
    return this.#byId.of(memoryId);
  }

  /** Memories of an agent, or of all. */
  *memories(agentId?: string): Generator<Keyed<MemoryItem> & Known<MemoryItem>> {
    for (const agent of agentId === undefined ? this.#ofAgent.names() : [agentId])
      for (const key of this.#ofAgent.of(agent)) {
        const known = this.get(key);
        if (known !== undefined) yield { key, item: known.value, ...known };
      }
  }

  /** The newest memory that says the same. */
  lastSaid(item: Pick<MemoryItem, 'agent_id' | 'kind' | 'text'>): MemoryItem | undefined {
    const all = this.#bySaid.of(contentName(item)).flatMap((key) => this.get(key)?.value ?? []);
    return all.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];
  }

  /** How many memories of a tier an agent has. */
  count(agentId: string, tier: MemoryTier): number {
    return this.#counts.get(`${tier} ${agentId}`) ?? 0;
  }

  /** Agents that have more than `limit` memories of a tier, in id order. */
  agentsAbove(tier: MemoryTier, limit: number): string[] {
    return [...this.#ofAgent.names()].filter((agentId) => this.count(agentId, tier) > limit).sort();
  }

  /** Memories of a tier, of all agents. */
  total(tier: MemoryTier): number {
    let total = 0;
    for (const agentId of this.#ofAgent.names()) total += this.count(agentId, tier);
    return total;
  }

  protected override hasRoomFor(item: MemoryItem): boolean {
    const isOneTooMany = item.tier === 'flashbulb' && this.#flashbulbs >= this.#limits.flashbulbs;
    return !isOneTooMany && this.#bytes + weightOf(item) <= this.#limits.bytes;
  }

  protected override drop(key: string): void {
    const known = this.get(key);
    if (known === undefined) return;
    super.drop(key);
    this.#note(key, known.value, -1);
    this.#onMemory(key, undefined);
  }

  #note(key: string, item: MemoryItem, by: 1 | -1): void {
    this.#bytes += by * weightOf(item);
    if (item.tier === 'flashbulb') this.#flashbulbs += by;
    const counted = `${item.tier} ${item.agent_id}`;
    const count = (this.#counts.get(counted) ?? 0) + by;
    if (count === 0) this.#counts.delete(counted);
    else this.#counts.set(counted, count);
    const change = by === 1 ? 'add' : 'remove';
    this.#ofAgent[change](item.agent_id, key);
    this.#byId[change](item.memory_id, key);
    this.#bySaid[change](contentName(item), key);
  }
}

/** Bytes a memory takes on the shelf, about. */
const weightOf = (item: MemoryItem): number =>
  RECORD_BYTES + Buffer.byteLength(item.text) + DATA_TIMES * (bytesOf(item) - Buffer.byteLength(item.text));
