import { ulid } from '@seedcore/protocol';
import type { Log, Metrics, Missing } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import { BucketItems } from './adapters/bucket-items.ts';
import { BucketMisses } from './adapters/bucket-misses.ts';
import { BucketSingletons } from './adapters/bucket-singletons.ts';
import { MOST_VALUE_BYTES } from './domain/item-size.ts';
import type { WorkingFigures } from './figure-ports.ts';
import { ItemShelf, MOST_KEYS } from './work/item-shelf.ts';
import { MissBook } from './work/miss-book.ts';
import { NearItems } from './work/near-items.ts';
import { ItemObtainer } from './work/obtain-item.ts';
import type { WorkingMemory } from './work/working-memory.ts';

/** What a replica remembers of items. */
export const REMEMBERED = { entries: 10_000, bytes: 67_108_864 } as const;

const LIMITS = {
  mw: { keys: MOST_KEYS, value_bytes: MOST_VALUE_BYTES },
  shared_cache: { keys: MOST_KEYS, value_bytes: MOST_VALUE_BYTES },
  miss_tracker: { counters: 1000 },
} as const;

const READS = {
  name: 'seedcore_state_item_reads',
  help: 'Reads of items, by where the answer came from.',
  labels: ['answer'],
} as const;
const DROPPED = {
  name: 'seedcore_state_items_dropped',
  help: 'Items of the full shared cache that were given up before their time.',
};

/** Whose working memory it is, and who hears of it. */
export type WorkingMemoryHost = {
  readonly instance: string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly report: (where: string, error: unknown) => void;
  /** True while memory is short, and half of what is usually remembered has to do. */
  readonly isShort?: (() => boolean) | undefined;
};

/** A running working memory. */
export type OpenWorkingMemory = {
  readonly memory: WorkingMemory;
  /** How far what is remembered may be behind, in ms; infinite until everything has been heard once. */
  lagMs(): number;
  missing(): readonly Missing[];
  /** What is there, remembered, and was asked for. */
  figures(): WorkingFigures;
  stop(): Promise<void>;
};

/** Opens working memory over a store whose bucket has been provisioned; resolves when its records are there, or are waited for. */
export async function openWorkingMemory(store: Store, host: WorkingMemoryHost): Promise<OpenWorkingMemory> {
  const { clock, random } = store.broker;
  const near = new NearItems(clock, { ...REMEMBERED, isShort: host.isShort });
  const items = new BucketItems(store);
  const watch = items.watch((heard) => near.hear(heard));
  let isFull = false;
  void watch.ready.then(() => {
    isFull = true;
  });
  const singletons = new BucketSingletons(store, {
    ...{ instance: host.instance, limits: LIMITS, report: host.report },
    onHeld: (name, { singleton_id }, epoch) => {
      near.clear();
      host.log.info({ store: name, singleton_id, epoch }, 'store of working memory');
    },
  });
  const isCurrent = () => watch.isCurrent();
  const shelf = new ItemShelf({ clock, items, near, singletons, isCurrent, mostKeys: MOST_KEYS });
  const who = { instance: host.instance, run: ulid(clock, random) };
  const misses = new MissBook({ clock, misses: new BucketMisses(store, host.report) }, who, host.report);
  await singletons.start();
  misses.start();
  const { counts } = shelf;
  host.metrics.gauge(READS, (set) => {
    for (const answer of ['L1', 'L2', 'negative', 'missed'] as const) set({ answer }, counts[answer]);
  });
  host.metrics.gauge(DROPPED, (set) => set({}, counts.dropped));
  const since = new Date(clock.wallMs()).toISOString();
  return {
    memory: { clock, shelf, misses, obtainer: new ItemObtainer({ clock, random, shelf, near }) },
    lagMs: () => (isFull ? Math.round(watch.lagMs()) : Number.POSITIVE_INFINITY),
    missing: () =>
      singletons
        .waitingFor()
        .map((name) => ({ name, since, detail: `waiting_for: ${name}, neither read nor made yet` })),
    figures: () => ({
      keys: { mw: near.table.sizeOf('mw'), shared_cache: near.table.sizeOf('shared_cache') },
      ...{ remembered: near.size, reads: { ...counts }, singletons: singletons.held() },
    }),
    async stop() {
      await singletons.stop();
      await misses.stop();
      watch.stop();
    },
  };
}
