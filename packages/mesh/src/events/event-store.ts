import type { DeadEvent } from './dead-event.ts';

/** One kind of event of one service, by its names on the wire. */
export type EventAddress = { readonly source: string; readonly kind: string };

/** A durable event on its way to be kept. */
export type NewEvent = EventAddress & {
  /** Names the event: keeping one under an id that is taken already changes nothing. */
  readonly id: string;
  readonly key: string | undefined;
  readonly body: Uint8Array;
};

/** A kept event as one member of a group gets it. */
export type KeptEvent = {
  readonly id: string;
  readonly key: string | undefined;
  readonly body: Uint8Array;
  /** Where it is kept. */
  readonly subject: string;
  /** When it was. */
  readonly at: Date;
  /** 1 for the first, counted over all members of the group. */
  readonly deliveries: number;
};

/** What shall become of a delivery: the group is done with it, gets it again, or gives it up. */
export type Settlement =
  | { readonly action: 'done' }
  | { readonly action: 'again'; readonly delayMs: number }
  | { readonly action: 'bury'; readonly letter: DeadEvent };

/** One delivery being dealt with; neither promise rejects. */
export type Handling = {
  /** Comes within `handleMs` of the delivery. */
  readonly settled: Promise<Settlement>;
  /** The handler has returned and needs its slot no longer, which may be later. */
  readonly ended: Promise<void>;
};

/** Who wants which events, and how many at once. */
export type Consuming = EventAddress & {
  readonly group: string;
  readonly slots: number;
  /** A delivery is settled within this time; one that is not has been lost with its process and is made again. In ms. */
  readonly handleMs: number;
};

/** A member of a group at work. */
export interface Consumption {
  /** Why nothing comes at present; undefined while all is well. */
  trouble(): string | undefined;
  /** Takes nothing more. */
  stop(): void;
  /** Resolves when everything taken has been settled. */
  settled(): Promise<void>;
}

/**
 * Where durable events are kept. Implemented by the store, on JetStream; injected at the composition root with
 * `mesh.keepEventsIn`.
 */
export interface EventStore {
  /**
   * Resolves when the broker has the event on disk; `duplicate` when the id was taken, by an equal event.
   *
   * @throws MeshError `bad_request` when the id belongs to another event; `timeout`: it may have been kept, and keeping it
   * again under its id is safe
   */
  keep(event: NewEvent): Promise<{ readonly duplicate: boolean }>;
  /** Hands every kept event of one kind, those from before the group was there too, to one member of each group. */
  consume(wanted: Consuming, handle: (event: KeptEvent) => Handling): Consumption;
}
