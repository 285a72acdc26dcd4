import type { ZodType } from 'zod';
import type { Asset, AssetChange } from './asset.ts';
import type { Broker, Stop } from './broker/broker.ts';
import type { Bucket } from './bucket.ts';
import type { Counter, CounterOptions } from './counter/counter.ts';
import type { Candidacy, Lease } from './lease.ts';
import type { Objects } from './objects/objects.ts';
import type { RateLimit, RateOptions } from './rate/rate-limit.ts';
import type { OnFlaw } from './record/flaw.ts';

/** What a bucket holds: the schema of its values, its version, and how an older value becomes a newer one. */
export type BucketSpec<T extends object> = {
  /** Without the namespace: `agents` is the bucket `<ns>_agents`. */
  readonly name: string;
  readonly schema: ZodType<T>;
  readonly version: number;
  /** From version n to n + 1, by n. */
  readonly upgrade?: Readonly<Record<number, (old: unknown) => unknown>>;
  /** Time to live of a value in ms, given anew with every write, because a write without one would keep it for ever. */
  readonly ttlMs?: (value: T) => number | undefined;
};

/** Durable state shared by many processes. */
export interface Store {
  /** The message broker underneath: for packages that build on streams. */
  readonly broker: Broker;
  /**
   * Creates or updates what is declared and reads the effective configuration back; leases come along. Safe to run in
   * several processes at once.
   *
   * @throws StoreError `server_too_old`, `destructive_change`, `config_ignored`, each saying what was found and needed
   */
  provision(assets: readonly Asset[]): Promise<readonly AssetChange[]>;
  bucket<T extends object>(spec: BucketSpec<T>): Bucket<T>;
  /** Listens for records of any bucket that are read or watched here, and are corrupt or of a newer program. */
  onFlaw(listener: OnFlaw): Stop;
  /** The counter `key`, one token; its stream comes with `countersStream`. */
  counter(key: string, options?: CounterOptions): Counter;
  /** The rate `key`, one token, that all processes share; its count is kept with the counters. */
  rateLimit(key: string, options: RateOptions): RateLimit;
  /** Values too large for records, in the object store `<ns>_<name>`. */
  objects(name: string): Objects;
  /** Takes the lease `name`; undefined when somebody else holds it. `ttlMs` is 20,000, at least 2,000. */
  lease(name: string, options?: { readonly ttlMs?: number }): Promise<Lease | undefined>;
  /** Runs `lead` while this process holds the lease `name`; tries again for ever. */
  elect(name: string, lead: (lease: Lease) => Promise<void>, options?: { readonly ttlMs?: number }): Candidacy;
  /** Stops watches and candidacies of this process. */
  close(): Promise<void>;
}
