/** What a call came to for its caller: it surely happened, it surely did not, or nobody can know. */
export type Outcome = 'done' | 'refused' | 'unknown';

/** One change that a client asked for. Times are ms of one clock that all processes of a history share. */
export type Operation = {
  readonly process: string;
  /** Unique in the history, and stored with every value the operation writes. */
  readonly id: string;
  readonly kind: 'create' | 'update' | 'commit';
  readonly keys: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly outcome: Outcome;
  /** What the caller was told, in the order of `keys`. */
  readonly revs?: readonly number[];
  /** Of a creation that is done: the operation whose value the caller was given. */
  readonly winner?: string;
};

/** One message of the stream under a bucket. */
export type Write = {
  readonly key: string;
  readonly rev: number;
  /** An expiry is the broker's own word. */
  readonly kind: 'value' | 'removal' | 'expiry';
  /** Revision the writer said the key has; absent when it said nothing. */
  readonly expect?: number;
  /** The operation that wrote it. */
  readonly op?: string;
  /** The store's own name of the write. */
  readonly writeId?: string;
  /** Of a counter: the number. */
  readonly n?: number;
};

/** One value read from the leader; revision 0 for nothing. */
export type Reading = {
  readonly process: string;
  readonly key: string;
  readonly rev: number;
  readonly start: number;
  readonly end: number;
};

/** What a watch told, in the order in which it told it. */
export type Sighting = {
  readonly process: string;
  readonly key: string;
  readonly rev: number;
  readonly gone: boolean;
};

/** One sending of one write, and what the broker said. */
export type Attempt = {
  readonly process: string;
  readonly writeId: string;
  readonly answer: 'ok' | 'refused' | 'none';
};

/** A time in which a holder surely believed in its lease: between the end of its first good check and the start of its last. */
export type Belief = {
  readonly name: string;
  readonly holder: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
};

/** Something done to the world outside under a lease, in the order of arrival. */
export type Effect = { readonly key: string; readonly epoch: number; readonly taken: boolean };

/** What happened in one run of the store, as far as it was written down. */
export type StoreHistory = {
  readonly operations: readonly Operation[];
  /** The whole stream, oldest first. */
  readonly log: readonly Write[];
  readonly attempts: readonly Attempt[];
  readonly readings: readonly Reading[];
  readonly sightings: readonly Sighting[];
};
