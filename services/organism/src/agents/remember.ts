import type { Clock } from '@seedcore/protocol';
import type { Roster } from '../domain/roster.ts';
import type { AgentMemory } from '../ports.ts';
import type { LocalAgent } from './local-agent.ts';

/** Pause after state did not answer, in ms. */
const SILENT_PAUSE_MS = 10_000;
/**
 * What is new goes along with the beats, from which state writes it within 5 s. Whether it has is asked for after this long, by
 * telling it once more: what is there already is not written again. In ms.
 */
const CONFIRM_MS = 7500;

/** What remembering stands on. */
export type RememberPorts = {
  readonly memory: AgentMemory;
  readonly roster: Roster;
  readonly host: string;
  readonly clock: Clock;
  /** Hears once that state has fallen silent. */
  readonly silent: (cause: unknown) => void;
};

/** Keeps what state knows of the agents here up to date; state away delays that and nothing else. */
export class Remember {
  readonly #ports: RememberPorts;
  #pauseUntil = Number.NEGATIVE_INFINITY;
  #silent = false;
  /** Agents of which state knows where they are. */
  readonly #placed = new WeakSet<LocalAgent>();
  /** Since when something of an agent is new. */
  readonly #newSince = new WeakMap<LocalAgent, number>();

  constructor(ports: RememberPorts) {
    this.#ports = ports;
  }

  /** True while state does not answer. */
  get silent(): boolean {
    return this.#silent;
  }

  /** Asks for the past of agents whose past is unknown, and saves what is new. */
  look(agents: readonly LocalAgent[]): Promise<void> {
    return this.#each(agents, false);
  }

  /** The same without waiting for beats to do it: nobody beats any more. */
  last(agents: readonly LocalAgent[]): Promise<void> {
    return this.#each(agents, true);
  }

  async #each(agents: readonly LocalAgent[], last: boolean): Promise<void> {
    if (this.#ports.clock.now() < this.#pauseUntil) return;
    try {
      for (const agent of agents) await this.#one(agent, last);
      this.#silent = false;
    } catch (cause) {
      if (!this.#silent) this.#ports.silent(cause);
      this.#silent = true;
      this.#pauseUntil = this.#ports.clock.now() + SILENT_PAUSE_MS;
    }
  }

  async #one(agent: LocalAgent, last: boolean): Promise<void> {
    const { agentId, organId, epoch, ledger } = agent;
    const { memory, roster, host } = this.#ports;
    if (!ledger.known) ledger.loaded(await memory.load(agentId));
    const organ = roster.organ(organId)?.record;
    // One that has come or moved here is written once, as it is.
    const standing = ledger.unsaved ?? (this.#placed.has(agent) ? undefined : ledger.standing);
    if (standing === undefined || organ === undefined) return;
    if (this.#placed.has(agent) && !last && !this.#isDue(agent)) return;
    // `stale` ends it too: whoever took the agent remembers from there on.
    await memory.save({ agentId, epoch, host, organ, standing });
    ledger.saved(standing);
    this.#placed.add(agent);
    this.#newSince.delete(agent);
  }

  #isDue(agent: LocalAgent): boolean {
    const now = this.#ports.clock.now();
    const since = this.#newSince.get(agent) ?? now;
    this.#newSince.set(agent, since);
    return now - since >= CONFIRM_MS;
  }
}
