import type { CallHeaders, Criticality, Trace } from '@seedcore/protocol';
import type { DropReason } from '../admission/admit.ts';
import type { Received } from '../log/secrets.ts';
import type { ServerReply } from '../reply/reply.ts';
import type { Traced } from '../reply/reply-of.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** What is known about a request that is over. */
export type Ended = {
  /** From arrival to its end. */
  readonly ms: number;
  readonly call: string | undefined;
  readonly traced: Traced | undefined;
  /** Absent when it was refused because of them, or before they were read. */
  readonly headers: CallHeaders | undefined;
  /** The trace it came with, where there are no headers to say so. */
  readonly within?: Trace | undefined;
  /** Absent when its body was not read. */
  readonly received?: Received;
};

/** The same of one that was answered. */
export type Replied = Ended & { readonly endpoint: ServedEndpoint; readonly reply: ServerReply };

/** Hears what happens to requests; metrics and logs are made of it. */
export interface ServeObserver {
  /** No answer: there was nowhere safe to send one. */
  dropped(endpoint: ServedEndpoint, reason: DropReason): void;
  /** Not run: admission or the gate said no. */
  refused(endpoint: ServedEndpoint, reason: string): void;
  replied(replied: Replied): void;
  /** The reply could not be published. */
  replyLost(endpoint: ServedEndpoint, reason: unknown): void;
  /** A cancelled call ends without a reply. */
  cancelled(endpoint: ServedEndpoint, ended: Ended): void;
  /** One more (1) or one less (-1) waits for a slot. */
  waiting(endpoint: ServedEndpoint, criticality: Criticality, change: 1 | -1): void;
  /** A call got its slot after this long. */
  queued(endpoint: ServedEndpoint, ms: number): void;
}

/** Hears nothing. */
export const silentObserver: ServeObserver = {
  dropped: () => undefined,
  refused: () => undefined,
  replied: () => undefined,
  replyLost: () => undefined,
  cancelled: () => undefined,
  waiting: () => undefined,
  queued: () => undefined,
};

/** Tells several at once. */
export function observers(all: readonly ServeObserver[]): ServeObserver {
  return {
    dropped: (endpoint, reason) => all.forEach((one) => void one.dropped(endpoint, reason)),
    refused: (endpoint, reason) => all.forEach((one) => void one.refused(endpoint, reason)),
    replied: (replied) => all.forEach((one) => void one.replied(replied)),
    replyLost: (endpoint, reason) => all.forEach((one) => void one.replyLost(endpoint, reason)),
    cancelled: (endpoint, ended) => all.forEach((one) => void one.cancelled(endpoint, ended)),
    waiting: (endpoint, criticality, change) => all.forEach((one) => void one.waiting(endpoint, criticality, change)),
    queued: (endpoint, ms) => all.forEach((one) => void one.queued(endpoint, ms)),
  };
}
