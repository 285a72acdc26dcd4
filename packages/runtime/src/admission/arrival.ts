import type { WireMessage } from '@seedcore/mesh';
import type { MeshError } from '@seedcore/protocol';

/** One request as it came in. */
export type Arrival = {
  readonly message: WireMessage;
  /** Monotonic, when it was handed over. */
  readonly at: number;
  /** How far this process is behind its sockets, in ms. */
  readonly lagMs: number;
  /** Set when the state of the service admits nothing at all: the refusal of a target. */
  readonly refusal: ((target: string) => MeshError) | undefined;
};
