import type { Clock, Random } from '@seedcore/protocol';
import type { Asset, AssetChange } from '../asset.ts';
import type { ConsumerSpec, ConsumerState, Puller } from './delivery.ts';

/** A message a stream keeps. */
export type Stored = {
  readonly subject: string;
  readonly seq: number;
  readonly at: Date;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
};

/** A stored message with all of its headers. */
export type StoredWhole = Stored & { readonly headers: readonly (readonly [string, string])[] };

/** How to write one message. */
export type WriteOptions = {
  /** Sequence the newest message of the subject must have, 0 for none: the compare of compare-and-set. */
  readonly expect?: number | undefined;
  /** Rounded up to whole seconds, at least one. */
  readonly ttlMs?: number | undefined;
  /** A repeat within the stream's duplicate window is acknowledged and dropped. */
  readonly messageId?: string | undefined;
  /** Sent to another subject of the stream at that time, with its own headers, and gone then; a later one of the subject replaces it. */
  readonly due?: { readonly at: Date; readonly target: string } | undefined;
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  /**
   * Name of its stream: it may share a batch with others of that name, where the broker is told to group writes. Neither
   * for increments nor for timers.
   */
  readonly group?: string | undefined;
};

/** The broker's word on a write; a refusal may hide a write that was made: settle it by the write's own id. */
export type Written =
  | {
      readonly ok: true;
      readonly seq: number;
      readonly duplicate: boolean;
      /** Of an increment: the sum with it. */
      readonly count?: number;
    }
  | { readonly ok: false; readonly refused: 'wrong_sequence' };

/** One message, and how to write it. */
export type Message = { readonly subject: string; readonly body: Uint8Array; readonly options: WriteOptions };

/**
 * The broker's word on messages that belong together: all are written, the last one with the sequence `seq` and the
 * others right before it, or none is. `incomplete`: it lost some on the way, or had too many open; they can be sent again.
 * `repeated`: one was written before, under the same `messageId`.
 */
export type WrittenTogether =
  | { readonly ok: true; readonly seq: number }
  | { readonly ok: false; readonly refused: 'wrong_sequence' | 'incomplete' | 'repeated' };

/** What is stored on disk, in bytes; without a limit of the account nobody but the broker knows when it is full. */
export type StorageUse = { readonly usedBytes: number; readonly limitBytes: number | undefined };

/** What one stream holds. */
export type StreamUse = { readonly messages: number; readonly bytes: number };

/** A running subscription. */
export interface Stop {
  stop(): void;
}

/** What a follower is told. */
export type Follower = {
  /** True for whoever needs no bodies: they may come empty. */
  readonly headersOnly?: true;
  /** The newest message of each subject first, then every further one; may repeat after a fault. */
  readonly onMessage: (message: Stored) => void;
  /** All that was there when the following began, or began anew, has been handed over. */
  readonly onCaughtUp: () => void;
  /** A fault was noticed: everything will be handed over again. */
  readonly onRestart: () => void;
};

/** A running follower. */
export interface Following extends Stop {
  /** When the broker was last heard of, on the process's clock. */
  heardAt(): number;
}

/**
 * JetStream as store and tasks use it, and nothing more. Implementations: the NATS connection, and memory for tests.
 * Every call has a time limit; failures are `MeshError`s: `not_connected` and `unavailable` wrote nothing, `timeout` may have.
 */
export interface Broker {
  readonly ns: string;
  readonly clock: Clock;
  readonly random: Random;
  /** True once the connection has ended for good: whoever tries again stops. */
  readonly closed: boolean;
  /** Listens for the connection coming back. */
  onReconnect(listener: () => void): Stop;
  /** Stores one message in whatever stream takes `subject`. */
  write(subject: string, body: Uint8Array, options?: WriteOptions): Promise<Written>;
  /**
   * Stores up to 100 messages of one stream, all or none; those that share a subject with another one expect no sequence.
   */
  writeTogether(messages: readonly Message[]): Promise<WrittenTogether>;
  /** Newest message of `subject`; `fresh` asks the leader. */
  last(stream: string, subject: string, options: { readonly fresh: boolean }): Promise<StoredWhole | undefined>;
  /** Subjects matching `filter` that hold a message, sorted; at most 100,000. */
  subjects(stream: string, filter: string): Promise<readonly string[]>;
  /** Newest message of each subject that has one; at most 256 subjects. */
  lastOfEach(stream: string, subjects: readonly string[]): Promise<readonly Stored[]>;
  /** Messages of one subject, or of all that match it, oldest first, `limit` at most; may lag the leader by milliseconds. */
  messages(stream: string, subject: string, limit: number): Promise<readonly Stored[]>;
  follow(stream: string, filter: string, follower: Follower): Following;
  /** Deletes messages matching `filter` with a sequence below `below`; tells how many. */
  purge(stream: string, filter: string, below: number): Promise<number>;
  /** Sequence of the newest message a stream ever had; undefined when there is no such stream. */
  lastSeq(stream: string): Promise<number | undefined>;
  /** What a stream holds now; undefined when there is no such stream. */
  use(stream: string): Promise<StreamUse | undefined>;
  /** Applies one asset; see `Store.provision`. */
  provision(asset: Asset): Promise<AssetChange>;
  /** Removes an asset and all it holds; one that is not there is removed already. */
  drop(asset: Asset): Promise<void>;
  /** Adds the durable consumer or brings it up to date. */
  consumer(stream: string, spec: ConsumerSpec): Promise<void>;
  /** How far every durable consumer has come. */
  consumerStates(stream: string): Promise<readonly ConsumerState[]>;
  puller(stream: string, consumer: string): Puller;
  /** What everything on disk takes. */
  storage(): Promise<StorageUse>;
  /** Listens for writes of this process that are refused because the storage is full. */
  onStorageFull(listener: () => void): Stop;
  /** Fire and forget. @throws MeshError `not_connected` */
  publish(subject: string, body: Uint8Array): void;
  subscribe(
    subject: string,
    listener: (message: { readonly subject: string; readonly body: Uint8Array }) => void,
  ): Stop;
  /** Resolves when everything sent so far has reached the broker. */
  flush(): Promise<void>;
  close(): void;
}
