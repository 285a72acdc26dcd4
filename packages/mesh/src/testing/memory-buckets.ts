import type { Clock } from '@seedcore/protocol';
import { subjectMatches } from '../faults/subject-match.ts';
import type { KvSpec, KvValue } from '../kv/kv.ts';

type Stored = { readonly value: KvValue; readonly at: number };
type Bucket = { readonly spec: KvSpec; readonly values: Map<string, Stored>; readonly watchers: Set<Watcher> };
type Watcher = (change: KvValue) => void;

/** What every mesh on one bus keeps together, by full name of the bucket. */
export class MemoryBuckets {
  /** False: a broker without JetStream. */
  available = true;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();
  readonly #silenced = new Set<{ readonly pattern: string }>();
  #revision = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Leaves whatever is asked about matching keys without an answer, until the returned function is called. */
  silence(pattern = '>'): () => void {
    const fault = { pattern };
    this.#silenced.add(fault);
    return () => this.#silenced.delete(fault);
  }

  /** True while nothing is answered about a key. */
  silent(key: string): boolean {
    return [...this.#silenced].some(({ pattern }) => subjectMatches(pattern, key));
  }

  /** Makes a bucket that is not there yet; one that exists is used as it is. */
  make(name: string, spec: KvSpec): void {
    if (!this.#buckets.has(name)) this.#buckets.set(name, { spec, values: new Map(), watchers: new Set() });
  }

  has(name: string): boolean {
    return this.#buckets.has(name);
  }

  /** Every value that is still there, oldest change first. */
  values(name: string): readonly KvValue[] {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) return [];
    this.#forgetOld(bucket);
    return [...bucket.values.values()].map(({ value }) => value).toSorted((a, b) => a.revision - b.revision);
  }

  /** Stores a value, or the mark that there is none. */
  write(name: string, key: string, value: Uint8Array | undefined): number {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) throw new RangeError(`there is no bucket ${name}`);
    this.#revision += 1;
    const stored = { key, revision: this.#revision, value: value?.slice() };
    bucket.values.set(key, { value: stored, at: this.#clock.now() });
    for (const watcher of bucket.watchers) watcher(stored);
    return this.#revision;
  }

  /** Hands over every later change until the returned function is called. */
  watch(name: string, watcher: Watcher): () => void {
    const watchers = this.#buckets.get(name)?.watchers;
    watchers?.add(watcher);
    return () => watchers?.delete(watcher);
  }

  /** What a restart does to a bucket in memory: it is gone, and no watcher hears of it. */
  lose(name: string): void {
    this.#buckets.get(name)?.values.clear();
  }

  #forgetOld({ spec, values }: Bucket): void {
    if (spec.maxAgeMs === 0) return;
    for (const [key, { at }] of values) if (this.#clock.now() - at >= spec.maxAgeMs) values.delete(key);
  }
}
