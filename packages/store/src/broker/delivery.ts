/** A durable consumer that hands each message of one subject filter to one of its pullers until it is acknowledged. */
export type ConsumerSpec = {
  readonly name: string;
  readonly filter: string;
  /** A delivery not acknowledged, nor extended, for this long is made again. */
  readonly ackWaitMs: number;
  /** Deliveries after which the broker gives a message up in silence; -1 for never. */
  readonly maxDeliver: number;
  readonly maxAckPending: number;
};

/** How far a durable consumer has come. */
export type ConsumerState = {
  readonly filter: string;
  /** No message up to this sequence will be delivered any more: acknowledged, terminated, or given up by the broker. */
  readonly settled: number;
  /** Messages that have not been delivered yet. */
  readonly waiting: number;
};

/** One message on its way through a consumer. */
export interface Delivery {
  readonly subject: string;
  /** Sequence in the stream; the same in every delivery of the message. */
  readonly seq: number;
  /** When the message was stored. */
  readonly at: Date;
  /** 1 for the first. */
  readonly deliveries: number;
  readonly body: Uint8Array;
  header(name: string): string | undefined;
  /** Removes the message from the consumer; proves nothing. */
  ack(): void;
  /** Asks for another delivery, `delayMs` from now at the earliest. */
  nak(delayMs: number): void;
  /** No further delivery. */
  term(reason: string): void;
  /** Extends the wait for the acknowledgement by another `ackWaitMs`; true when the broker said so. */
  working(): Promise<boolean>;
}

/** Pulls from one consumer. */
export interface Puller {
  /** Up to `batch` messages: those there now, or, with `waitMs`, the first to come within that time. */
  take(batch: number, waitMs: number): Promise<readonly Delivery[]>;
  stop(): void;
}
