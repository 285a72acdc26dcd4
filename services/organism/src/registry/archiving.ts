import type { RosterAgent } from '../domain/roster.ts';
import type { Held } from '../ports.ts';
import { BUSY_RETRY_MS, learn, type RegistryPorts, TRIES, timeOf } from './registry-ports.ts';

/** An agent that shall end. */
export type Archiving = {
  readonly agent_id: string;
  readonly epoch?: number | undefined;
  readonly reason: string;
  readonly force: boolean;
};

/** What came of it. */
export type Archived =
  | { readonly is: 'done'; readonly agent: RosterAgent; readonly at: string; readonly already: boolean }
  | { readonly is: 'unknown_agent' }
  | { readonly is: 'stale_handle'; readonly held: Held }
  | { readonly is: 'agent_busy'; readonly retryMs: number };

/** Ends agents. */
export class Archivings {
  readonly #ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** Ends an agent. */
  async make(wish: Archiving): Promise<Archived> {
    const { records, announcements } = this.#ports;
    const { agent_id, reason } = wish;
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await records.readAgent(agent_id);
      if (held === undefined) return { is: 'unknown_agent' };
      const { archived_at } = held.holding;
      if (archived_at !== undefined)
        return { is: 'done', agent: learn(this.#ports, held), at: archived_at, already: true };
      if (wish.epoch !== undefined && wish.epoch !== held.epoch) return { is: 'stale_handle', held };
      if (!wish.force && (await this.#isBusy(held))) return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
      const at = timeOf(this.#ports);
      const patch = { host: null, presence: 'gone', archived_at: at, archived_why: reason } as const;
      const written = await records.reviseAgent(agent_id, held.epoch, patch);
      if (written === undefined) continue;
      announcements.archived({ agent_id, organ_id: held.holding.organ_id, epoch: written.epoch, reason });
      this.#forget(written);
      return { is: 'done', agent: learn(this.#ports, written), at, already: false };
    }
    return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  /** An agent whose host does not answer is not known to be idle. */
  async #isBusy({ holding: { agent_id, host, presence } }: Held): Promise<boolean> {
    const { hosts, identityMs } = this.#ports;
    if (host === null || presence !== 'ready') return false;
    const reports = await hosts.ask(host, { agentIds: [agent_id] }, identityMs);
    return reports === undefined || reports[0]?.task_id !== undefined;
  }

  /** State hears of it as well; what it misses is only a mark. */
  #forget({ holding, epoch }: Held): void {
    const { memory, warn } = this.#ports;
    memory
      .archive({ agentId: holding.agent_id, epoch })
      .catch((cause: unknown) => warn(`state was not told that ${holding.agent_id} is archived`, cause));
  }
}
