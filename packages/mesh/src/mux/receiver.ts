import type { MeshError } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';

/** What errors of a request carry. */
export type RequestFacts = {
  readonly target: string;
  readonly attempt?: number;
  readonly traceId?: string | undefined;
  readonly instance?: string | undefined;
};

/** Who waits for one reply; told once, and not after its token was released. */
export interface Receiver {
  readonly facts: RequestFacts;
  /** True when more than one reply is expected: its token stays taken until it is released. */
  readonly many?: boolean;
  /** Set when the connection was lost while it waited: its reply may be lost as well. */
  interrupted: boolean;
  /** The reply. */
  reply(message: WireMessage): void;
  /** Nobody listens, or the connection is gone for good. */
  fail(error: MeshError): void;
}
