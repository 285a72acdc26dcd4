import { delay, subjects } from '@seedcore/protocol';
import type { Broker } from '../broker/broker.ts';
import { PATIENCE_MS, patiently } from '../broker/patiently.ts';
import type {
  Bucket,
  Change,
  CommitChange,
  KeyChange,
  KeyWatch,
  Page,
  PutOptions,
  Read,
  Rev,
  Revision,
  Updated,
  UpdatedBy,
  UpdateOptions,
  Watch,
} from '../bucket.ts';
import type { BucketSpec } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { BatchWriter } from './batch-writer.ts';
import { absent, CasWriter } from './cas-writer.ts';
import { checkCommit } from './check-commit.ts';
import { contestPauseMs } from './contest-pause.ts';
import type { OnFlaw } from './flaw.ts';
import { checkKey, checkPrefix, filterOf } from './key.ts';
import { KeyQueue } from './key-queue.ts';
import { FollowedKeys } from './key-watch.ts';
import { listPage } from './list-page.ts';
import { RecentWrites } from './recent-writes.ts';
import { type Current, RecordCodec } from './record-codec.ts';
import type { Place } from './record-message.ts';
import type { SharedWatches, SubjectChange } from './shared-watch.ts';

const TRIES = 30;
/** Most values a bucket keeps of one key. */
const MOST_HISTORY = 64;
/** Most records in one page. */
const MAX_PAGE = 1000;

type Report = (where: string, error: unknown) => void;

/** What a bucket works with. */
export type BucketPorts = {
  readonly broker: Broker;
  readonly watches: SharedWatches;
  readonly report: Report;
  readonly onFlaw: OnFlaw;
};

/** Typed records in one key-value bucket. */
export class KvBucket<T extends object> implements Bucket<T> {
  readonly #ports: BucketPorts;
  readonly #spec: BucketSpec<T>;
  readonly #place: Place;
  readonly #writer: CasWriter<T>;
  readonly #batches: BatchWriter<T>;
  readonly #queue = new KeyQueue();
  readonly #recent = new RecentWrites<T>();

  constructor(ports: BucketPorts, spec: BucketSpec<T>) {
    const bucket = subjects(ports.broker.ns).bucket(spec.name);
    this.#ports = ports;
    this.#spec = spec;
    this.#place = { stream: `KV_${bucket}`, prefix: `$KV.${bucket}.`, expiring: spec.ttlMs !== undefined };
    const { broker } = ports;
    const codec = new RecordCodec(spec, ({ subject, seq: rev, body }, kind, readable) =>
      ports.onFlaw({ bucket: spec.name, key: subject.slice(this.#place.prefix.length), rev, kind, readable, body }),
    );
    this.#writer = new CasWriter(broker, codec, this.#place);
    this.#batches = new BatchWriter({ broker, codec, place: this.#place, reader: this.#writer });
  }

  async get(key: string, options: { readonly fresh?: boolean } = {}): Promise<Read<T> | undefined> {
    checkKey(this.#spec.name, key);
    const { value, rev, at } = await this.#writer.read(key, options.fresh ?? false);
    return value === undefined ? undefined : { value, rev, at };
  }

  createOnce(key: string, value: T, options: PutOptions = {}): Promise<Read<T> & { readonly created: boolean }> {
    checkKey(this.#spec.name, key);
    return this.#queue.run(key, () => this.#createOnce(key, value, options));
  }

  update<W extends T | 'skip' | 'remove'>(
    key: string,
    change: (now: T | undefined, rev: Rev) => W,
    options?: UpdateOptions,
  ): Promise<UpdatedBy<T, W>>;
  update(key: string, change: Revision<T>, options: UpdateOptions = {}): Promise<unknown> {
    checkKey(this.#spec.name, key);
    return this.#queue.run(key, () => this.#contest(key, { change, ...options }));
  }

  async commit(changes: readonly CommitChange<T>[]): Promise<readonly Rev[]> {
    checkCommit(this.#spec.name, changes);
    const endsAt = this.#ports.broker.clock.now() + PATIENCE_MS;
    const befores = await patiently(this.#ports.broker, { endsAt }, () =>
      Promise.all(changes.map(({ key }) => this.#writer.read(key, true))),
    );
    const steps = changes.map(({ key, expect, value: next, ttlMs }, i) => {
      const before = befores[i] ?? absent<T>();
      // A marker left by an expiry or a removal is nothing, but has a revision to the broker.
      if (expect !== (before.value === undefined ? 0 : before.rev)) throw this.#contested(key);
      return { key, before, next, ttlMs: next && (ttlMs ?? this.#spec.ttlMs?.(next) ?? before.ttlMs) };
    });
    return patiently(this.#ports.broker, { endsAt }, () => this.#batches.write(steps, endsAt));
  }

  async history(key: string): Promise<readonly Read<T>[]> {
    checkKey(this.#spec.name, key);
    const { stream, prefix } = this.#place;
    const stored = await this.#ports.broker.messages(stream, `${prefix}${key}`, MOST_HISTORY);
    return stored.flatMap((one) => {
      const { value, rev, at } = this.#writer.decode(one);
      return value === undefined ? [] : [{ value, rev, at }];
    });
  }

  async list(prefix: string, options: { readonly limit: number; readonly cursor?: string }): Promise<Page<T>> {
    checkPrefix(this.#spec.name, prefix);
    const records = { place: this.#place, writer: this.#writer };
    const limit = Math.min(MAX_PAGE, Math.max(1, options.limit));
    return listPage(this.#ports.broker, records, { prefix, limit, cursor: options.cursor });
  }

  watch(prefix: string, listener: (change: Change<T>) => void): Watch {
    checkPrefix(this.#spec.name, prefix);
    const { promise: ready, resolve: onReady } = Promise.withResolvers<void>();
    const { clock } = this.#ports.broker;
    const from = `${this.#place.prefix}${prefix}`;
    const onChange = (change: SubjectChange) => {
      if (change.subject.startsWith(from)) this.#tell(change, listener);
    };
    const filter = `${this.#place.prefix}${filterOf(prefix)}`;
    const joined = this.#ports.watches.join({ stream: this.#place.stream, filter }, { onChange, onReady });
    return { ready, lagMs: () => Math.max(0, clock.now() - joined.heardAt()), stop: joined.stop };
  }

  watchKeys(prefix: string, listener: (change: KeyChange) => void): KeyWatch {
    checkPrefix(this.#spec.name, prefix);
    const { broker, report } = this.#ports;
    const place = this.#place;
    return new FollowedKeys(broker, { place, filter: `${place.prefix}${filterOf(prefix)}` }, (change) => {
      try {
        if (change.key.startsWith(prefix)) listener(change);
      } catch (error) {
        report(`watching keys of ${this.#spec.name}`, error);
      }
    });
  }

  async #createOnce(key: string, value: T, how: PutOptions): Promise<Read<T> & { readonly created: boolean }> {
    const { broker } = this.#ports;
    const endsAt = broker.clock.now() + PATIENCE_MS;
    let before = absent<T>();
    for (let tries = 0; tries < TRIES; tries++) {
      const ttlMs = how.ttlMs ?? this.#spec.ttlMs?.(value);
      const from = before;
      const { made, now } = await patiently(broker, { endsAt, waitForRoom: how.waitForRoom }, () =>
        this.#writer.swap({ key, before: from, next: value, ttlMs, endsAt }),
      );
      if (now.value !== undefined) return { value: now.value, rev: now.rev, at: now.at, created: made };
      before = now; // absent, or a marker left by an expiry or a removal: once more on its revision
    }
    throw this.#contested(key);
  }

  async #contest(key: string, how: UpdateOptions & { readonly change: Revision<T> }) {
    const { broker } = this.#ports;
    const { clock, random } = broker;
    const endsAt = clock.now() + (how.budgetMs ?? PATIENCE_MS);
    const read = () => patiently(broker, { endsAt }, () => this.#writer.read(key, true));
    const recent = this.#recent.take(key);
    const first = how.recent && recent !== undefined && leadsToWrite(how.change, recent) ? recent : undefined;
    let before = first ?? (await read());
    for (let tries = 0; tries < (how.tries ?? TRIES) && clock.now() <= endsAt; tries++) {
      const wish = how.change(before.value, before.rev);
      if (wish === 'skip' || (wish === 'remove' && before.value === undefined)) return updated(before, 'skipped');
      const next = wish === 'remove' ? undefined : wish;
      const ttlMs = next && (how.ttlMs ?? this.#spec.ttlMs?.(next) ?? before.ttlMs);
      const from = before;
      const { made, now } = await patiently(broker, { endsAt, waitForRoom: how.waitForRoom }, () =>
        this.#writer.swap({ key, before: from, next, ttlMs, endsAt }),
      );
      if (made) {
        if (how.recent) this.#recent.keep(key, now);
        return updated(now, next === undefined ? 'removed' : 'written');
      }
      await delay(clock, contestPauseMs(random, tries));
      before = await read();
    }
    throw this.#contested(key);
  }

  #tell(change: SubjectChange, listener: (change: Change<T>) => void): void {
    const key = change.subject.slice(this.#place.prefix.length);
    const { rev, initial } = change;
    try {
      const value = change.stored && this.#writer.decode(change.stored).value;
      listener(value === undefined ? { key, rev, initial } : { key, rev, initial, value });
    } catch (error) {
      this.#ports.report(`watching ${this.#spec.name}`, error);
    }
  }

  #contested(key: string): StoreError {
    return new StoreError('conflict', `${this.#spec.name} ${key}`, 'others kept writing it');
  }
}

/** A change may begin with what this process wrote last only when a write follows: the broker then checks that it was the last. */
function leadsToWrite<T>(change: Revision<T>, { value, rev }: Current<T>): boolean {
  try {
    const wish = change(value, rev);
    return wish !== 'skip' && wish !== 'remove';
  } catch {
    return false; // whether it is really so is decided by what the leader has
  }
}

const updated = <T>(now: Current<T>, outcome: Updated<T>['outcome']): Updated<T> => ({
  value: now.value,
  rev: now.rev,
  at: now.at,
  outcome,
});
