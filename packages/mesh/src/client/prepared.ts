import type { Codec, PayloadRef } from '@seedcore/protocol';
import type { OutgoingCall } from './outgoing-call.ts';

/** One call, checked and encoded, before anything is sent. */
export type Prepared = {
  readonly instance: string | undefined;
  readonly call: OutgoingCall;
  readonly codec: Codec;
  readonly body: Uint8Array;
  readonly subject: string;
  /** Where the body is, when `body` only says so. */
  readonly ref: PayloadRef | undefined;
};

/** The same call with its body put away. */
export type Stored = () => Promise<Prepared>;
