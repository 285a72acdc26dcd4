import { type Archived, type Archiving, Archivings } from './archiving.ts';
import { type Attached, type Attachment, Attachments } from './attachment.ts';
import { type Created, type Creation, Creations } from './creation.ts';
import type { RegistryPorts } from './registry-ports.ts';

/**
 * Names of agents, and who holds them.
 *
 * 1. A name is taken by one create-only write; of all who race for it one has created the agent.
 * 2. An agent that is given to a host is `starting` until that host has taken it by a write of its own, which makes its epoch.
 * 3. Every change of host or organ is a compare-and-set on the epoch, and a new epoch.
 */
export class Registry {
  readonly #creations: Creations;
  readonly #attachments: Attachments;
  readonly #archivings: Archivings;

  constructor(ports: RegistryPorts) {
    this.#creations = new Creations(ports);
    this.#attachments = new Attachments(ports);
    this.#archivings = new Archivings(ports);
  }

  /** Creates an agent, or finds the one of that name. */
  create(wish: Creation, signal: AbortSignal): Promise<Created> {
    return this.#creations.make(wish, signal);
  }

  /** Gives an agent to a host, or to another organ, once its holder has said that it has it and that it is idle. */
  attach(wish: Attachment, signal: AbortSignal): Promise<Attached> {
    return this.#attachments.make(wish, signal);
  }

  /** Ends an agent. */
  archive(wish: Archiving): Promise<Archived> {
    return this.#archivings.make(wish);
  }
}
