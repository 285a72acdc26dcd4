import type { Beat } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { patchOf } from '../domain/standing.ts';
import type { LocalAgent } from './local-agent.ts';

/** How the beats of this process are made. */
export class Beats {
  readonly #clock: Clock;
  readonly #lagMs: () => number;
  /** When each agent last moved, as a number of beats of this process. */
  readonly #moved = new WeakMap<LocalAgent, number>();
  #turns = 0;

  constructor(clock: Clock, lagMs: () => number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  /** What every agent says of itself now. The counter of one whose thread has not answered since the last time stands still. */
  next(agents: readonly LocalAgent[]): Beat[] {
    this.#turns++;
    for (const agent of agents) if (agent.pulse.beat()) this.#moved.set(agent, this.#turns);
    return agents.map((agent) => this.#of(agent));
  }

  /** What an agent says that has just become busy or idle. */
  changed(agent: LocalAgent): Beat[] {
    this.#turns++;
    this.#moved.set(agent, this.#turns);
    return [this.#of(agent)];
  }

  /** What is new goes along until state has taken it over. */
  #of(agent: LocalAgent): Beat {
    const { agentId, epoch, busy, progress } = agent;
    const { unsaved } = agent.ledger;
    return {
      agent_id: agentId,
      // Grows over restarts too: a new host of the agent has a larger epoch.
      seq: epoch + (this.#moved.get(agent) ?? 0),
      load: busy ? 1 : 0,
      progress: busy ? (progress ?? null) : null,
      loop_lag_ms: this.#lagMs(),
      at: new Date(this.#clock.wallMs()).toISOString(),
      ...(unsaved === undefined ? {} : { changed: { ...patchOf(unsaved), organ_id: agent.organId, epoch } }),
    };
  }
}
