import type { MemoryItem, MemoryTier } from '@seedcore/contracts';
import { type Known, RecordView, type Taken } from '../record-view.ts';
import { bytesOf } from './memory-item.ts';
import { contentName } from './memory-key.ts';
import type { Keyed } from './memory-worth.ts';

/** Most memories, and bytes of them, a replica holds; further ones are known by key only. */
export type ShelfLimits = { readonly records: number; readonly bytes: number };

const usualLimits: ShelfLimits = { records: 260_000, bytes: 402_653_184 };
/** Bytes a record takes beside what it says. */
const RECORD_BYTES = 512;

/** Hears what a memory is now; undefined when it is gone. */
export type OnMemory = (key: string, item: MemoryItem | undefined) => void;

/** Memories of a replica, by key: of whom, under which id, and saying what. */
export class MemoryShelf extends RecordView<MemoryItem> {
  readonly #limits: ShelfLimits;
  readonly #onMemory: OnMemory;
  readonly #ofAgent = new Map<string, Set<string>>();
  readonly #byId = new Map<string, Set<string>>();
  readonly #bySaid = new Map<string, Set<string>>();
  readonly #counts = new Map<string, number>();
  #bytes = 0;

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
    return [...(this.#byId.get(memoryId) ?? [])];
  }

  /** Memories of an agent, or of all. */
  *memories(agentId?: string): Generator<Keyed<MemoryItem> & Known<MemoryItem>> {
    const agents = agentId === undefined ? this.#ofAgent.values() : [this.#ofAgent.get(agentId) ?? []];
    for (const keys of agents)
      for (const key of keys) {
        const known = this.get(key);
        if (known !== undefined) yield { key, item: known.value, ...known };
      }
  }

  /** The newest memory that says the same. */
  lastSaid(item: Pick<MemoryItem, 'agent_id' | 'kind' | 'text'>): MemoryItem | undefined {
    const all = [...(this.#bySaid.get(contentName(item)) ?? [])].flatMap((key) => this.get(key)?.value ?? []);
    return all.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at))[0];
  }

  /** How many memories of a tier an agent has. */
  count(agentId: string, tier: MemoryTier): number {
    return this.#counts.get(`${tier} ${agentId}`) ?? 0;
  }

  /** Agents that have more than `limit` memories of a tier, in id order. */
  agentsAbove(tier: MemoryTier, limit: number): string[] {
    return [...this.#ofAgent.keys()].filter((agentId) => this.count(agentId, tier) > limit).sort();
  }

  /** Memories of a tier, of all agents. */
  total(tier: MemoryTier): number {
    let total = 0;
    for (const agentId of this.#ofAgent.keys()) total += this.count(agentId, tier);
    return total;
  }

  protected override hasRoomFor(item: MemoryItem): boolean {
    return this.#bytes + weightOf(item) <= this.#limits.bytes;
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
    const counted = `${item.tier} ${item.agent_id}`;
    const count = (this.#counts.get(counted) ?? 0) + by;
    if (count === 0) this.#counts.delete(counted);
    else this.#counts.set(counted, count);
    const change = by === 1 ? add : remove;
    change(this.#ofAgent, item.agent_id, key);
    change(this.#byId, item.memory_id, key);
    change(this.#bySaid, contentName(item), key);
  }
}

/** Bytes a memory takes on the shelf, about. */
const weightOf = (item: MemoryItem): number => bytesOf(item) + RECORD_BYTES;

function add(to: Map<string, Set<string>>, name: string, key: string): void {
  const keys = to.get(name);
  if (keys === undefined) to.set(name, new Set([key]));
  else keys.add(key);
}

function remove(from: Map<string, Set<string>>, name: string, key: string): void {
  const keys = from.get(name);
  keys?.delete(key);
  if (keys?.size === 0) from.delete(name);
}
