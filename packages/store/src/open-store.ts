import { isToken, subjects } from '@seedcore/protocol';
import { type Asset, type AssetChange, bucketAsset } from './asset.ts';
import type { Broker, Stop } from './broker/broker.ts';
import type { Bucket } from './bucket.ts';
import type { Counter, CounterOptions } from './counter/counter.ts';
import { openCounter } from './counter/stream-counter.ts';
import { Election } from './lease/elect.ts';
import { type LeasePlace, MIN_TTL_MS, takeLease } from './lease/kv-lease.ts';
import type { Candidacy, Lease } from './lease.ts';
import { NatsBroker } from './nats/nats-broker.ts';
import type { StoreMesh } from './nats/store-mesh.ts';
import { ObjectShelf } from './objects/object-shelf.ts';
import type { Objects } from './objects/objects.ts';
import type { RateLimit, RateOptions } from './rate/rate-limit.ts';
import { openRateLimit } from './rate/shared-rate.ts';
import type { OnFlaw } from './record/flaw.ts';
import { KvBucket } from './record/kv-bucket.ts';
import { SharedWatches } from './record/shared-watch.ts';
import type { BucketSpec, Store } from './store.ts';
import { StoreError } from './store-error.ts';

const LEASE_TTL_MS = 20_000;

/** Where leases are kept. */
export const leasesAsset = bucketAsset('leases', 'Who holds which singleton; a revision is an epoch.', {
  expiringKeys: true,
  epochs: true,
});

/** How a store is opened. */
export type StoreOptions = {
  /** Copies of everything: 1, or 3 in a cluster. */
  readonly replicas?: 1 | 3;
  /** Hears what goes wrong where nobody waits for an answer, such as a record a watch could not read. */
  readonly report?: (where: string, error: unknown) => void;
  /**
   * Whether writes of one stream that come while many are under way share a batch, and with it a sync of the disk: true.
   * A broker that does not sync each write is quicker without.
   */
  readonly grouped?: boolean;
};

/** Opens the store on a mesh; nothing is asked of the broker before the first use. */
export function openStore(mesh: StoreMesh, options: StoreOptions = {}): Store {
  const report = options.report ?? warn;
  const { replicas = 1, grouped = true } = options;
  return new BrokerStore(new NatsBroker(mesh, { replicas, report, grouped }), report);
}

const warn = (where: string, error: unknown): void => {
  process.emitWarning(`${where}: ${error instanceof Error ? error.message : String(error)}`, 'StoreWarning');
};

/** A store over whatever broker: the NATS connection, or memory in tests. */
export class BrokerStore implements Store {
  readonly broker: Broker;
  readonly #watches: SharedWatches;
  readonly #report: (where: string, error: unknown) => void;
  readonly #elections = new Set<Election>();
  readonly #onFlaw = new Set<OnFlaw>();

  constructor(broker: Broker, report: (where: string, error: unknown) => void) {
    this.broker = broker;
    this.#report = report;
    this.#watches = new SharedWatches(broker);
  }

  async provision(assets: readonly Asset[]): Promise<readonly AssetChange[]> {
    const changes: AssetChange[] = [];
    for (const asset of [leasesAsset, ...assets]) changes.push(await this.broker.provision(asset));
    return changes;
  }

  bucket<T extends object>(spec: BucketSpec<T>): Bucket<T> {
    const onFlaw: OnFlaw = (flaw) => {
      for (const listener of this.#onFlaw) listener(flaw);
    };
    return new KvBucket({ broker: this.broker, watches: this.#watches, report: this.#report, onFlaw }, spec);
  }

  onFlaw(listener: OnFlaw): Stop {
    this.#onFlaw.add(listener);
    return { stop: () => this.#onFlaw.delete(listener) };
  }

  counter(key: string, options: CounterOptions = {}): Counter {
    return openCounter(this.broker, key, options);
  }

  rateLimit(key: string, options: RateOptions): RateLimit {
    return openRateLimit(this.broker, key, options);
  }

  objects(name: string): Objects {
    return new ObjectShelf(this.broker, name);
  }

  lease(name: string, options: { readonly ttlMs?: number } = {}): Promise<Lease | undefined> {
    return takeLease(this.broker, this.#place(name, options.ttlMs));
  }

  elect(name: string, lead: (lease: Lease) => Promise<void>, options: { readonly ttlMs?: number } = {}): Candidacy {
    const election = new Election(this.broker, this.#place(name, options.ttlMs), { lead, report: this.#report });
    this.#elections.add(election);
    return {
      stop: async () => {
        this.#elections.delete(election);
        await election.stop();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#elections].map((election) => election.stop()));
    this.#elections.clear();
    this.#watches.close();
    this.broker.close();
  }

  #place(name: string, ttlMs = LEASE_TTL_MS): LeasePlace {
    if (!isToken(name))
      throw new StoreError('invalid_key', 'leases', `${JSON.stringify(name.slice(0, 64))} is no name`);
    const bucket = subjects(this.broker.ns).bucket(leasesAsset.name);
    return { name, stream: `KV_${bucket}`, subject: `$KV.${bucket}.${name}`, ttlMs: Math.max(MIN_TTL_MS, ttlMs) };
  }
}
