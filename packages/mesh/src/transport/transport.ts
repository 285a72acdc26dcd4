import type { WireHeaders } from '@seedcore/protocol';

/** One message as it arrives. */
export type WireMessage = {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: WireHeaders;
  readonly data: Uint8Array;
  /** Status of the header line; 503 on an empty message means nobody listens. */
  readonly status: number | undefined;
};

/** Where and how to publish. */
export type PublishOptions = {
  readonly reply?: string | undefined;
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  /** In place of `headers`: a whole block, made by `headerBlock` out of values that were checked already. */
  readonly block?: string | undefined;
};

/** Whether bytes can be sent right now. */
export type TransportState = 'up' | 'down' | 'closed';

/** Interest in a subject. */
export interface Subscription {
  /** Takes no new messages and resolves when those already received have been handed over. */
  drain(): Promise<void>;
  unsubscribe(): void;
}

/** What the mesh needs of a message bus; nothing is ever buffered while it is down. */
export interface Transport {
  readonly state: TransportState;
  /** @throws MeshError `not_connected` unless the state is up; `bad_request` for a subject that is too long */
  publish(subject: string, data: Uint8Array, options?: PublishOptions): void;
  /** The handler may throw: it is reported and never reaches the connection's read loop. */
  subscribe(subject: string, handler: (message: WireMessage) => void, options?: { queue?: string }): Subscription;
  /** Resolves when everything published so far has reached the server; rejects with `not_connected` or `timeout`. */
  flush(): Promise<void>;
  /** Calls `listener` at every change of state. */
  onState(listener: (state: TransportState) => void): () => void;
  /** A subject prefix under which replies to this process arrive, `_INBOX.…`, without a trailing dot. */
  readonly inbox: string;
  /** Largest message the bus takes, in bytes. */
  readonly maxPayload: number;
}
