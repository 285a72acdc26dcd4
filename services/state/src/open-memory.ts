import { type Clock, delay, type Timer } from '@seedcore/protocol';
import type { IndexLimits } from '@seedcore/retrieval';
import type { Log } from '@seedcore/runtime';
import type { Lease, Store } from '@seedcore/store';
import { BucketMemories, MEMORY_PREFIXES } from './adapters/bucket-memories.ts';
import type { Pictured } from './adapters/flawed-pictures.ts';
import { episodesStream, JournalEpisodes } from './adapters/journal-episodes.ts';
import { memoryVectors } from './adapters/memory-vectors.ts';
import { EpisodeShelf } from './domain/memory/episode-shelf.ts';
import { HitCounts } from './domain/memory/hit-counts.ts';
import { MemoryFigures } from './domain/memory/memory-figures.ts';
import { MemoryIndex } from './domain/memory/memory-index.ts';
import { MemoryShelf, type OnMemory, type ShelfLimits } from './domain/memory/memory-shelf.ts';
import { type MemoryLimits, memoryLimits } from './domain/memory/memory-worth.ts';
import { MOST_FLASHBULBS } from './domain/memory/plan-memories.ts';
import type { Embeddable } from './embedding-ports.ts';
import type { MemoryAnnouncements, MemoryPorts } from './memory-ports.ts';
import { evictMemories } from './work/evict-memories.ts';
import { holdWithheld } from './work/hold-withheld.ts';
import { WriteHits } from './work/write-hits.ts';

/** Time between two looks for what is beyond its limit, in ms. */
const LOOK_MS = 5000;
/** Time between two looks at what is worth searching, in ms. */
const WEIGH_MS = 60_000;
/** Flashbulbs of an agent from which on somebody is warned. */
const MANY_FLASHBULBS = 0.8 * MOST_FLASHBULBS;
/** Shortest and longest pause after others were quicker, in ms. */
const PAUSE_MS = { least: 2, most: 50 } as const;

/** What opening it needs. */
export type MemoryHost = {
  readonly clock: Clock;
  readonly log: Log;
  readonly announcements: MemoryAnnouncements;
  readonly limits?: MemoryLimits | undefined;
};

/** Long-term memory of a replica. */
export type OpenMemory = {
  readonly ports: MemoryPorts;
  /** Texts that are embedded. */
  readonly kinds: readonly Embeddable[];
  readonly stop: () => Promise<void>;
};

/** What long-term memory keeps beside the bucket it shares. */
export const memoryAssets = [episodesStream] as const;

/** What a replica holds of memories. */
export type MemoryViews = {
  readonly index: MemoryIndex;
  readonly memories: MemoryShelf;
  readonly episodes: EpisodeShelf;
};

/** Empty pictures of memories, and the index that hears of them. */
export function memoryViews(
  limits: { readonly index?: Partial<IndexLimits>; readonly shelf?: ShelfLimits } = {},
): MemoryViews {
  const index = new MemoryIndex(limits.index);
  const tell: OnMemory = (key, item) => index.tell(key, item);
  return { index, memories: new MemoryShelf(tell, limits.shelf), episodes: new EpisodeShelf(tell) };
}

/** The pictures that name memories a watch could not read. */
export const memoryPictures = ({ memories }: MemoryViews): Pictured[] =>
  MEMORY_PREFIXES.map((prefix) => ({
    ...{ bucket: 'memory', prefix },
    view: { unreadable: (id, why, rev) => memories.unreadable(`${prefix}${id}`, why, rev) },
  }));

/** Follows memories and episodes, writes hits, and stands for the lease under which one replica makes room. */
export function openMemory(store: Store, host: MemoryHost, views: MemoryViews): OpenMemory {
  const { clock, log, announcements } = host;
  const ports = portsOf(store, host, views);
  const { memories, index, hits: counted } = ports;
  const hits = new WriteHits(ports, { clock, onTrouble: (err) => log.warn({ err }, 'hits not written') });
  const candidacy = store.elect('state-memory', (lease) =>
    keepRoom({ ...ports, announcements }, { clock, log }, lease),
  );
  let weighing: Timer;
  const weigh = () => {
    index.weigh(clock.wallMs(), (key) => counted.of(key));
    holdWithheld(memories).catch((err: unknown) => log.warn({ err }, 'memories without room not read'));
    weighing = clock.after(WEIGH_MS, weigh);
  };
  weigh();
  return {
    ports,
    kinds: memoryVectors(store, ports),
    stop: async () => {
      weighing.cancel();
      await candidacy.stop();
      await hits.stop();
    },
  };
}

function portsOf(store: Store, { clock, limits = memoryLimits }: MemoryHost, views: MemoryViews): MemoryPorts {
  const { random } = store.broker;
  return {
    memories: new BucketMemories(store, views.memories),
    episodes: new JournalEpisodes(store.broker, views.episodes),
    ...{ index: views.index, hits: new HitCounts(), limits },
    figures: new MemoryFigures(new Date(clock.wallMs()).toISOString()),
    pause: () => delay(clock, PAUSE_MS.least + (PAUSE_MS.most - PAUSE_MS.least) * random.next()),
  };
}

type Ports = MemoryPorts & { readonly announcements: MemoryAnnouncements };

/** Makes room while the lease is held. */
async function keepRoom(ports: Ports, { clock, log }: Pick<MemoryHost, 'clock' | 'log'>, lease: Lease): Promise<void> {
  const warned = new Set<string>();
  while (!lease.signal.aborted) {
    // Before the picture is full, nobody can say what is worth least.
    const isFull = Number.isFinite(ports.memories.fill().lagMs);
    const evicted = isFull ? await evictMemories(ports, clock.wallMs(), () => lease.check()) : 0;
    if (evicted > 0) log.info({ evicted }, 'memories evicted');
    for (const agent_id of ports.memories.view.agentsAbove('flashbulb', MANY_FLASHBULBS - 1)) {
      if (!warned.has(agent_id)) log.warn({ agent_id, most: MOST_FLASHBULBS }, 'nearly as many flashbulbs as are kept');
      warned.add(agent_id);
    }
    await delay(clock, LOOK_MS, lease.signal);
  }
}
