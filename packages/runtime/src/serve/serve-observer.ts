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

/** Tells several at once; whoever is silent about something is not even asked. */
export function observers(all: readonly ServeObserver[]): ServeObserver {
  const dropped = heard(all, 'dropped');
  const refused = heard(all, 'refused');
  const replied = heard(all, 'replied');
  const replyLost = heard(all, 'replyLost');
  const cancelled = heard(all, 'cancelled');
  const waiting = heard(all, 'waiting');
  const queued = heard(all, 'queued');
  return {
    dropped: (endpoint, reason) => {
      for (const one of dropped) one.dropped(endpoint, reason);
    },
    refused: (endpoint, reason) => {
      for (const one of refused) one.refused(endpoint, reason);
    },
    replied: (seen) => {
      for (const one of replied) one.replied(seen);
    },
    replyLost: (endpoint, reason) => {
      for (const one of replyLost) one.replyLost(endpoint, reason);
    },
    cancelled: (endpoint, ended) => {
      for (const one of cancelled) one.cancelled(endpoint, ended);
    },
    waiting: (endpoint, criticality, change) => {
      for (const one of waiting) one.waiting(endpoint, criticality, change);
    },
    queued: (endpoint, ms) => {
      for (const one of queued) one.queued(endpoint, ms);
    },
  };
}

const heard = (all: readonly ServeObserver[], what: keyof ServeObserver): readonly ServeObserver[] =>
  all.filter((one) => one[what] !== silentObserver[what]);
