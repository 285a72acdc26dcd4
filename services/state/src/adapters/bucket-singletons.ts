import { delay, id, type Random, time, ulid } from '@seedcore/protocol';
import type { Bucket, Store, Watch } from '@seedcore/store';
import { z } from 'zod';
import type { Singletons } from '../item-ports.ts';

/** The stores of working memory that exist once. */
export const singletonStores = ['mw', 'shared_cache', 'miss_tracker'] as const;
/** A store that exists once. */
export type SingletonStore = (typeof singletonStores)[number];

/** Tries to read or make the records before the start goes on without them, and the pause between two, in ms. */
const TRIES = 12;
const PAUSE_MS = 500;

const PREFIX = 'meta.';

const singletonRecord = z.strictObject({
  singleton_id: id,
  created_at: time,
  created_by: z.string(),
  limits: z.record(z.string(), z.int().nonnegative()),
});

/** The record that says that a store exists; its revision is its epoch. */
export type SingletonRecord = z.output<typeof singletonRecord>;

/** The record of a store, as a replica holds it. */
export type HeldSingleton = SingletonRecord & { readonly name: SingletonStore; readonly epoch: number };

/** What a record is made of, and who hears of it. */
export type SingletonOptions = {
  readonly instance: string;
  readonly limits: Readonly<Record<SingletonStore, SingletonRecord['limits']>>;
  /** A store has this record from now on: what was remembered of it under another one is of the past. */
  readonly onHeld: (store: SingletonStore, record: SingletonRecord, epoch: number) => void;
  readonly report: (where: string, error: unknown) => void;
};

/**
 * The records `meta.<store>` in `<ns>_memory`: read, or made by whoever comes first, however many start at the same time.
 * A record that is deleted is made anew by everybody who runs or starts, under a new epoch, and one of them wins.
 */
export class BucketSingletons implements Singletons {
  readonly #bucket: Bucket<SingletonRecord>;
  readonly #store: Store;
  readonly #options: SingletonOptions;
  readonly #held = new Map<SingletonStore, HeldSingleton>();
  readonly #ended = new AbortController();
  #watch: Watch | undefined;
  #trying: Promise<void> | undefined;

  constructor(store: Store, options: SingletonOptions) {
    this.#store = store;
    this.#options = options;
    this.#bucket = store.bucket({ name: 'memory', schema: singletonRecord, version: 1 });
  }

  /** Resolves when all have been read or made, or after 12 tries, half a second apart; it goes on trying then. */
  async start(): Promise<void> {
    for (let tries = 1; tries < TRIES && !(await this.#tryAll()); tries++) await this.#pause();
    this.#watch = this.#bucket.watch(PREFIX, ({ key, value, rev }) => {
      const name = singletonStores.find((one) => key === `${PREFIX}${one}`);
      if (name !== undefined && value !== undefined) this.#hold(name, value, rev);
      if (name !== undefined && value === undefined) this.#lost(name);
    });
    this.#tryOn();
  }

  waitingFor(): readonly string[] {
    return singletonStores.filter((name) => !this.#held.has(name)).map((name) => `${PREFIX}${name}`);
  }

  /** The records that have been read. */
  held(): readonly HeldSingleton[] {
    return [...this.#held.values()];
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    this.#watch?.stop();
    await this.#trying;
  }

  #lost(name: SingletonStore): void {
    this.#held.delete(name);
    this.#tryOn();
  }

  /** One at a time tries on until all are held. */
  #tryOn(): void {
    this.#trying ??= this.#tryForEver().finally(() => {
      this.#trying = undefined;
    });
  }

  async #tryForEver(): Promise<void> {
    while (!this.#ended.signal.aborted && !(await this.#tryAll())) await this.#pause();
  }

  async #tryAll(): Promise<boolean> {
    for (const name of singletonStores) if (!this.#held.has(name)) await this.#getOrMake(name);
    return this.#held.size === singletonStores.length;
  }

  async #getOrMake(name: SingletonStore): Promise<void> {
    const key = `${PREFIX}${name}`;
    try {
      const found =
        (await this.#bucket.get(key, { fresh: true })) ?? (await this.#bucket.createOnce(key, this.#made(name)));
      this.#hold(name, found.value, found.rev);
    } catch (error) {
      this.#options.report(key, error);
    }
  }

  #hold(name: SingletonStore, record: SingletonRecord, epoch: number): void {
    if (this.#held.get(name)?.singleton_id === record.singleton_id) return;
    this.#held.set(name, { ...record, name, epoch });
    this.#options.onHeld(name, record, epoch);
  }

  #made(name: SingletonStore): SingletonRecord {
    const { clock } = this.#store.broker;
    const random: Random = this.#store.broker.random;
    return {
      singleton_id: ulid(clock, random),
      created_at: new Date(clock.wallMs()).toISOString(),
      created_by: this.#options.instance,
      limits: this.#options.limits[name],
    };
  }

  #pause(): Promise<void> {
    return delay(this.#store.broker.clock, PAUSE_MS, this.#ended.signal).catch(() => undefined); // it only ends the wait
  }
}
