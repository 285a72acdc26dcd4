import type { Clock } from '@seedcore/protocol';
import { type Roster, type RosterAgent, STANDSTILL_MS, stillFor } from '../domain/roster.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Announcements, Records } from '../ports.ts';
import type { Registry } from './registry.ts';

/** Pings a suspect may leave unanswered, and how long each waits, in ms. */
const PINGS = 2;
const PING_MS = 1000;
/** Time for the answer of the host beside that, in ms. */
const TRAVEL_MS = 500;
/** An agent that would have to be replaced for the third time within this time is archived, in ms. */
const REPLACEMENTS = 3;
const WITHIN_MS = 600_000;

/** What suspicion stands on. */
export type SuspicionPorts = {
  readonly roster: Roster;
  readonly hosts: Pick<Hosts, 'ask'>;
  readonly records: Pick<Records, 'reviseAgent'>;
  readonly registry: Pick<Registry, 'archive'>;
  readonly announcements: Pick<Announcements, 'suspect' | 'gone'>;
  readonly clock: Clock;
};

/**
 * Finds idle agents that do not turn any more and has them replaced: suspicion first, by a counter that stands still, then
 * confirmation, by two pings. A host that does not answer is its own question, and a busy agent is judged by its run.
 */
export class Suspicions {
  readonly #ports: SuspicionPorts;
  /** Epochs of those that were suspected before, so that each is announced once. */
  #told: ReadonlySet<number> = new Set();

  constructor(ports: SuspicionPorts) {
    this.#ports = ports;
  }

  /** One look at everybody. */
  async look(): Promise<void> {
    const suspects = this.#suspects();
    for (const { agent, host, stillMs } of suspects) {
      const { agent_id, organ_id } = agent.holding;
      if (!this.#told.has(agent.epoch))
        this.#ports.announcements.suspect({ agent_id, organ_id, host, epoch: agent.epoch, still_ms: stillMs });
    }
    this.#told = new Set(suspects.map(({ agent }) => agent.epoch));
    const byHost = Map.groupBy(suspects, ({ host }) => host);
    await Promise.all([...byHost].map(([host, found]) => this.#confirm(host, found)));
  }

  #suspects(): Suspect[] {
    const { roster, clock } = this.#ports;
    return roster.agents().flatMap((agent) => {
      const { host } = agent.holding;
      // The places of a worker are judged by its beats.
      if (
        host === null ||
        agent.holding.worker !== undefined ||
        agent.beat === undefined ||
        roster.presence(agent, clock.now()) !== 'suspect'
      )
        return [];
      const stillMs = stillFor(agent.beat);
      return stillMs >= STANDSTILL_MS ? [{ agent, host, stillMs }] : [];
    });
  }

  async #confirm(host: string, suspects: readonly Suspect[]): Promise<void> {
    let silent = suspects;
    for (let ping = 0; ping < PINGS && silent.length > 0; ping++) {
      const agentIds = silent.map(({ agent }) => agent.holding.agent_id);
      const reports = await this.#ports.hosts.ask(host, { agentIds, probeMs: PING_MS }, PING_MS + TRAVEL_MS);
      const owing = new Set(
        (reports ?? []).filter((report) => report.responding === false).map(({ agent_id }) => agent_id),
      );
      silent = silent.filter(({ agent }) => owing.has(agent.holding.agent_id));
    }
    for (const suspect of silent) await this.#replace(suspect);
  }

  async #replace({ agent: { holding, epoch }, host }: Suspect): Promise<void> {
    const { records, registry, announcements, clock } = this.#ports;
    const { agent_id, organ_id } = holding;
    const now = clock.wallMs();
    const lately = (holding.replaced_at ?? []).filter((at) => now - Date.parse(at) < WITHIN_MS);
    if (lately.length + 1 >= REPLACEMENTS) {
      const reason = `did not answer ${REPLACEMENTS} times within ${WITHIN_MS / 60_000} min`;
      await registry.archive({ agent_id, epoch, reason, force: true });
      return;
    }
    const replaced_at = [...lately, new Date(now).toISOString()];
    const gone = await records.reviseAgent(agent_id, epoch, { host: null, presence: 'gone', replaced_at });
    if (gone !== undefined) announcements.gone({ agent_id, organ_id, host, epoch, why: 'no_answer' });
  }
}

type Suspect = { readonly agent: RosterAgent; readonly host: string; readonly stillMs: number };
