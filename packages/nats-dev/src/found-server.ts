import type { StepName } from './plan.ts';
import type { Version } from './version.ts';

/** A server somebody else runs. */
export interface ExistingServer {
  readonly kind: 'url';
  readonly url: string;
}

/** A nats-server program on this machine. */
export interface ServerBinary {
  readonly kind: 'binary';
  readonly path: string;
  readonly version: Version;
}

/** A container image and the engine that runs it. */
export interface ServerContainer {
  readonly kind: 'container';
  readonly engine: string;
  readonly image: string;
  readonly version: Version;
}

/** Something that is a NATS server or can be started as one. */
export type FoundServer = ExistingServer | ServerBinary | ServerContainer;

/** What one step came back with: a server, or why it has none. */
export type Outcome =
  | { readonly found: FoundServer; readonly how: string }
  | { readonly why: string }
  | { readonly fatal: string };

/** The server to use, the step that had it, and one line for each step before it and for itself. */
export type Resolution = FoundServer & { readonly step: StepName; readonly why: readonly string[] };
