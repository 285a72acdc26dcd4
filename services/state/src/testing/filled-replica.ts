import type { AgentRecord } from '@seedcore/contracts';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { HeartbeatTable } from '../domain/heartbeat-table.ts';
import { itemKey } from '../domain/item-key.ts';
import { HitCounts } from '../domain/memory/hit-counts.ts';
import { MemoryFigures } from '../domain/memory/memory-figures.ts';
import { memoryOf, tierOf } from '../domain/memory/memory-item.ts';
import { keyOf, TIERS } from '../domain/memory/memory-key.ts';
import type { MemoryLimits } from '../domain/memory/memory-worth.ts';
import { RecordView } from '../domain/record-view.ts';
import { type MemoryViews, memoryViews } from '../open-memory.ts';
import { MOST_AGENTS } from '../open-state.ts';
import { REMEMBERED } from '../open-working-memory.ts';
import { evictMemories } from '../work/evict-memories.ts';
import { NearItems } from '../work/near-items.ts';
import { told } from './a-memory.ts';
import { anAgent } from './an-agent.ts';
import { evictionFaults, mostWorth, NotedMemories } from './eviction-check.ts';

const DAY_MS = 86_400_000;
const EPOCH_MS = Date.UTC(2026, 10, 22);
/** The agent that offers a tenth of all. */
const CROWDED = 'a0';
const TEXT_WORDS = 20;
const VOCABULARY = 20_000;
const MODEL = { model: 'hash-384-v1', dims: 384 };
const VALUE = { report: 'x'.repeat(1000) };

/** How large a replica is to be filled. */
export type FillSize = {
  readonly agents: number;
  readonly limits: MemoryLimits;
  readonly seed: number;
  readonly views?: MemoryViews;
};

/** The memory of a replica as a bucket's watches fill it, with no bucket behind it; evictions are checked as they happen. */
export class FilledReplica {
  readonly views: MemoryViews;
  readonly memories: NotedMemories;
  readonly agents = new RecordView<AgentRecord>(MOST_AGENTS);
  readonly beats = new HeartbeatTable();
  readonly near: NearItems;
  readonly hits = new HitCounts();
  readonly figures = new MemoryFigures(new Date(EPOCH_MS).toISOString());
  offered = 0;
  flashbulbs = 0;
  readonly #clock = new VirtualClock({ epochMs: EPOCH_MS });
  readonly #random: SeededRandom;
  readonly #size: FillSize;
  #vectors = 0;

  constructor(size: FillSize) {
    this.#size = size;
    this.#random = new SeededRandom(size.seed);
    this.views = size.views ?? memoryViews();
    this.memories = new NotedMemories(this.views.memories);
    this.near = new NearItems(this.#clock, REMEMBERED);
  }

  /** Offers so many memories, a tenth of them of one agent, then makes room; what was wrong with that, as sentences. */
  async offer(n: number): Promise<readonly string[]> {
    for (let i = 0; i < n; i++) this.#offer();
    const { memories, hits, figures } = this;
    const announcements = { memoryEvicted: () => undefined };
    const ports = { memories, hits, figures, limits: this.#size.limits, announcements };
    const wallMs = this.#clock.wallMs();
    await evictMemories(ports, wallMs, () => undefined);
    const faults = evictionFaults(memories, CROWDED, wallMs);
    memories.removed = [];
    this.views.index.weigh(wallMs, (key) => hits.of(key));
    this.#embed();
    return faults;
  }

  /** Registers every agent, and hears it. */
  register(): void {
    const at = new Date(EPOCH_MS).toISOString();
    const moment = { nowMs: this.#clock.now(), wallMs: this.#clock.wallMs() };
    for (let i = 0; i < this.#size.agents; i++) {
      const { record, beat } = anAgent(`a${i}`, at);
      this.agents.take({ id: record.agent_id, rev: i + 1, value: JSON.parse(JSON.stringify(record)) });
      this.beats.take(JSON.parse(JSON.stringify(beat)), 'one', moment);
    }
  }

  /** Hears of so many keys of the shared cache, and reads each of them once. */
  cache(keys: number): void {
    const untilMs = EPOCH_MS + DAY_MS;
    for (let i = 0; i < keys; i++) {
      const name = { store: 'shared_cache' as const, scope: 'global', key: `weather-${i}` };
      const id = itemKey(name);
      this.near.hear({ key: id, rev: i + 1, isThere: true, untilMs });
      const value = JSON.parse(JSON.stringify({ ...VALUE, i }));
      this.near.keep(id, { item: { kind: 'value', key: name.key, untilMs, value }, rev: i + 1 });
    }
  }

  /** Share of the memories there are that a search can find. */
  coverage(): number {
    const { index, memories } = this.views;
    const known = memories.size + memories.withheld.size;
    return known === 0 ? 1 : (index.coverage * memories.size) / known;
  }

  /** The words of the memories that are worth most. */
  mostWorth(most: number): ReadonlySet<string> {
    return mostWorth(this.views.memories, most, this.#clock.wallMs());
  }

  /** True when a search for the words only this memory has finds it. */
  finds(text: string): boolean {
    const reader = { agentId: CROWDED, organOf: () => undefined, projectId: undefined };
    const asked = { reader, text: text.split(' ')[0], k: 1, lambda: 1, include: ['own' as const, 'public' as const] };
    const every = { kinds: [], tiers: [], tags: [], sinceMs: undefined, halfLifeMs: undefined };
    return this.views.index.search({ ...asked, ...every }, this.#clock.wallMs()).hits[0]?.item.text === text;
  }

  #offer(): void {
    const i = this.offered++;
    const next = () => this.#random.next();
    // Few words are common and most are rare, as in real texts; the first is of this memory alone.
    const words = Array.from({ length: TEXT_WORDS - 1 }, () => `w${Math.floor(VOCABULARY ** next())}`);
    const salience = Math.round(next() * 1000) / 1000;
    const wish = told({ text: [`u${i}`, ...words].join(' '), salience, visibility: 'public', tags: ['pump'] });
    const agent_id = next() < 0.1 ? CROWDED : `a${Math.floor(next() * this.#size.agents)}`;
    const wallMs = EPOCH_MS - Math.floor(next() * 60 * DAY_MS);
    const tier = tierOf(wish);
    if (tier === 'flashbulb') this.flashbulbs += 1;
    const memory_id = `${i}`.padStart(26, '0');
    const item = memoryOf(wish, { memory_id, tier }, { agent_id, project_id: 'p1', by: 'test', wallMs });
    this.memories.offer({ ...item, hits: Math.floor(next() * 4) });
  }

  /** Gives what can be searched its vectors, and lets go of those of what is gone, as the loop that embeds does. */
  #embed(): void {
    for (const tier of TIERS) {
      const book = this.views.index.books[tier];
      for (const id of [...book.orphans])
        if (this.memories.view.get(keyOf(tier, id)) === undefined) book.take({ id, rev: ++this.#vectors });
      for (const { id, of } of book.wanted(MODEL.model, Number.POSITIVE_INFINITY)) {
        const values = Float32Array.from({ length: MODEL.dims }, () => this.#random.next() - 0.5);
        book.take({ id, rev: ++this.#vectors, value: { of, model: MODEL.model, values, rejected: 0 } });
      }
    }
  }
}
