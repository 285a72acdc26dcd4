/** Sequence of the write that made a value; 0 stands for "absent". */
export type Rev = number;

/** A value as it was read. */
export type Read<T> = { readonly value: T; readonly rev: Rev; readonly at: Date };

/** What an update came to; `value` is absent after a removal, or when there was nothing to skip over. */
export type Updated<T> = {
  readonly value: T | undefined;
  readonly rev: Rev;
  readonly at: Date;
  readonly outcome: 'written' | 'skipped' | 'removed';
};

/** One page of a list; `corrupt` names the keys whose values could not be read. */
export type Page<T> = {
  readonly items: readonly (Read<T> & { readonly key: string })[];
  /** Hand it back for the next page; absent on the last one. */
  readonly cursor?: string;
  readonly corrupt: readonly string[];
  readonly as_of: Date;
};

/** One change; `value` is absent when the key was removed or has expired. */
export type Change<T> = {
  readonly key: string;
  readonly value?: T;
  readonly rev: Rev;
  /** True for values that were there before the watch began. */
  readonly initial: boolean;
};

/** A running watch. */
export interface Watch {
  /** Resolves when the initial set has been handed over. */
  readonly ready: Promise<void>;
  /** Milliseconds since the broker was last heard; it speaks every 5 s at least. */
  lagMs(): number;
  stop(): void;
}

/** One change of a key, without its value. */
export type KeyChange = {
  readonly key: string;
  readonly rev: Rev;
  /** False when it was removed or has expired. */
  readonly isThere: boolean;
  /** When it expires, by the broker's clock, in ms since 1970; absent for what stays. */
  readonly untilMs?: number;
};

/** A running watch of keys. */
export interface KeyWatch extends Watch {
  /** False while it may be behind: before the first full set, while it begins anew after a fault, and in silence. */
  isCurrent(): boolean;
}

/** How a value is written: `ttlMs` lets the key expire. */
export type PutOptions = {
  readonly ttlMs?: number;
  /** False for what need not be begun when the storage is full; else room is waited for, because work has to end. */
  readonly waitForRoom?: boolean;
};

/** Bounds of one update beside those: `tries` and `budgetMs` end the contest. */
export type UpdateOptions = PutOptions & {
  readonly tries?: number;
  readonly budgetMs?: number;
  /**
   * What is written is remembered, and the next update with `recent` begins with it instead of a read, if it leads to a
   * write: for keys one process changes in a row. The broker refuses the write when somebody else came between.
   */
  readonly recent?: boolean;
};

/** One change of a commit: it holds only if the key is still at the revision `expect`, 0 for nothing there. */
export type CommitChange<T> = {
  readonly key: string;
  readonly expect: Rev;
  /** What the key shall hold; left out, it is removed. */
  readonly value?: T;
  readonly ttlMs?: number;
};

/** Turns what a key holds (revision 0: nothing) into what it shall hold, or leaves it alone, or removes it. */
export type Revision<T> = (now: T | undefined, rev: Rev) => T | 'skip' | 'remove';

/** What an update resolves to: always a value when its change always makes one. */
export type UpdatedBy<T, W> = [W] extends [T] ? Read<T> : Updated<T>;

/** Typed records under keys, changed only by compare-and-set. Keys are tokens joined by dots. */
export interface Bucket<T extends object> {
  /**
   * The value of `key`; `fresh` asks the leader, as everything does that is followed by a write.
   *
   * @throws StoreError `corrupt_record` when the value fails its hash or schema
   */
  get(key: string, options?: { readonly fresh?: boolean }): Promise<Read<T> | undefined>;
  /** Writes `value` unless the key has one; exactly one of many racing callers gets `created: true`, all get its value. */
  createOnce(key: string, value: T, options?: PutOptions): Promise<Read<T> & { readonly created: boolean }>;
  /**
   * Reads, applies `change` and writes by compare-and-set, again and again until it holds. `change` is pure: it may run
   * several times, and what it throws is passed on with nothing written. A write that was in doubt, and that others have
   * written over by the time it is found, has the value it wrote and the smallest revision it can have: no other write of the key
   * lies between that and its own.
   *
   * @throws StoreError `conflict` after `tries` (30) or `budgetMs` (15,000); `corrupt_record`, `schema_newer`
   * @throws MeshError `not_connected` or `unavailable` when nothing was written, `timeout` when it may have been
   */
  update<W extends T | 'skip' | 'remove'>(
    key: string,
    change: (now: T | undefined, rev: Rev) => W,
    options?: UpdateOptions,
  ): Promise<UpdatedBy<T, W>>;
  /**
   * Makes all changes or none, 1 to 100 of them, each of another key; nobody ever reads a part. It costs as much as twenty
   * to fifty plain writes: for what must appear together.
   *
   * @returns the revision of each change, in their order
   * @throws StoreError `conflict` when a key is at another revision, `invalid_value`; nothing was written
   * @throws MeshError as {@link update} does
   */
  commit(changes: readonly CommitChange<T>[]): Promise<readonly Rev[]>;
  /** Values of `key` that are still kept, oldest first, as many as its bucket keeps; may lag the leader by milliseconds. */
  history(key: string): Promise<readonly Read<T>[]>;
  /** Keys that begin with `prefix`, in code-unit order; may lag the leader by milliseconds. */
  list(prefix: string, options: { readonly limit: number; readonly cursor?: string }): Promise<Page<T>>;
  /** Hands over what is there, then every change, the newest value of each key at least; survives broker restarts. */
  watch(prefix: string, listener: (change: Change<T>) => void): Watch;
  /** Hands over which keys there are, then every change of one, without values: for caches, which need not hold them all. */
  watchKeys(prefix: string, listener: (change: KeyChange) => void): KeyWatch;
}
