import type { Clock } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import type { Registry } from './registry.ts';

/** What this stands on. */
export type AttachPorts = {
  readonly me: string;
  readonly roster: Roster;
  readonly registry: Pick<Registry, 'attach'>;
  readonly clock: Clock;
};

/** Sees to it that the agents named in `TIER0_ATTACH_ACTORS` have a host; this one, when they have none. */
export class AttachActors {
  readonly #ids: readonly string[];
  readonly #ports: AttachPorts;
  #missing: readonly string[] = [];

  constructor(ids: readonly string[], ports: AttachPorts) {
    this.#ids = ids;
    this.#ports = ports;
  }

  /** Those that had no host when it last looked. */
  get missing(): readonly string[] {
    return this.#missing;
  }

  /** Looks once, and attaches what it can. */
  async look(signal: AbortSignal): Promise<void> {
    const found = await Promise.all(this.#ids.map(async (id) => ({ id, there: await this.#has(id, signal) })));
    this.#missing = found.filter(({ there }) => !there).map(({ id }) => id);
  }

  async #has(agentId: string, signal: AbortSignal): Promise<boolean> {
    const { roster, clock, registry, me } = this.#ports;
    const agent = roster.agent(agentId);
    if (agent === undefined || agent.holding.archived_at !== undefined) return false;
    if (['idle', 'busy', 'slow', 'starting'].includes(roster.presence(agent, clock.now()))) return true;
    if (agent.holding.host !== null) return false;
    const attached = await registry.attach({ agent_id: agentId, host: me }, signal);
    return attached.is === 'there';
  }
}
