import type { Clock } from '@seedcore/protocol';
import type { Candidacy, Store } from '@seedcore/store';
import { Rounds } from '../agents/rounds.ts';
import { AttachActors } from './attach-actors.ts';
import { Reconcile } from './reconcile.ts';
import { Registry } from './registry.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { Suspicions } from './suspicions.ts';

/** Lease of whoever reconciles. */
const LEASE = 'organism-reconcile';
/** Interval of the look after agents that must have a host, in ms. */
const ACTORS_MS = 15_000;

/** What the registry of agents and its keepers of order stand on. */
export type Tier0Ports = RegistryPorts & {
  readonly clock: Clock;
  readonly elect: Store['elect'];
  readonly strict: boolean;
  readonly evolving: (organId: string) => boolean;
  readonly actors: readonly string[];
  readonly note: (message: string, facts: object) => void;
};

/** The registry, and what is done about it without being asked. */
export class Tier0 {
  readonly registry: Registry;
  readonly #ports: Tier0Ports;
  readonly #reconcile: Reconcile;
  readonly #actors: AttachActors;
  readonly #rounds: Rounds;
  readonly #over = new AbortController();
  #candidacy: Candidacy | undefined;

  constructor(ports: Tier0Ports) {
    this.#ports = ports;
    const registry = new Registry(ports);
    this.registry = registry;
    const suspicions = new Suspicions({ ...ports, registry });
    this.#reconcile = new Reconcile({ ...ports, registry, suspicions });
    this.#actors = new AttachActors(ports.actors, { ...ports, registry });
    this.#rounds = new Rounds(ports.clock, ACTORS_MS, {
      round: () => this.#actors.look(this.#over.signal),
      failed: (cause) => ports.warn('attaching failed', cause),
    });
  }

  /** Agents that must have a host and have none. */
  get missing(): readonly string[] {
    return this.#actors.missing;
  }

  /** Begins to look after everybody, as far as this process holds the lease. */
  start(): void {
    this.#candidacy = this.#ports.elect(LEASE, ({ signal }) => this.#reconcile.lead(signal));
    if (this.#ports.actors.length > 0) this.#rounds.start();
  }

  /** Stops that; gives up the lease. */
  async stop(): Promise<void> {
    this.#over.abort(new Error('this replica is going away'));
    await this.#candidacy?.stop();
    if (this.#ports.actors.length > 0) await this.#rounds.stop();
  }
}
