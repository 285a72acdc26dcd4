import type { Trace } from '@seedcore/protocol';

/** What an event handler learns beside the data. */
export type EventContext = {
  readonly subject: string;
  readonly key: string | undefined;
  /** Handed on with calls made for the event, as `{ trace }`, it makes them part of its trace; absent unless that is recorded. */
  readonly trace?: Trace | undefined;
};

/** What the handler of a group learns beside the data of a durable event. */
export type DurableEventContext = EventContext & {
  /** The same in every delivery: what was done under it need not be done again. */
  readonly id: string;
  /** 1 for the first; above it, another handler may have done some or all of the work. */
  readonly deliveries: number;
  /** When the event was kept. */
  readonly at: Date;
  /** Aborts when the time for handling is over: the event then goes to somebody else. */
  readonly signal: AbortSignal;
};

/** Takes one event. What it throws is counted and reported, and stops nothing; a durable event comes again. */
export type AnyEventHandler = (
  data: unknown,
  context: EventContext & Partial<DurableEventContext>,
) => void | Promise<void>;

/**
 * Options of a subscription: members of a `group` share the events between them. For durable events the group outlives its
 * members, and gets every event until it has handled it; without a group they are heard like lossy ones.
 */
export type SubscribeOptions = { readonly group?: string | undefined };
