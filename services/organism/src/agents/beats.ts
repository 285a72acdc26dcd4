import type { Beat } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { LocalAgent } from './local-agent.ts';

/** How the beats of this process are made. */
export class Beats {
  readonly #clock: Clock;
  readonly #lagMs: () => number;
  #seq = 0;

  constructor(clock: Clock, lagMs: () => number) {
    this.#clock = clock;
    this.#lagMs = lagMs;
  }

  /** What every agent says of itself now; `changed` goes along until state has taken it over. */
  next(agents: readonly LocalAgent[]): Beat[] {
    this.#seq++;
    const at = new Date(this.#clock.wallMs()).toISOString();
    return agents.map(({ agentId, epoch, busy, progress, ledger }) => {
      const { unsaved } = ledger;
      return {
        agent_id: agentId,
        // Grows over restarts too: a new host of the agent has a larger epoch.
        seq: epoch + this.#seq,
        load: busy ? 1 : 0,
        progress: busy ? (progress ?? null) : null,
        loop_lag_ms: this.#lagMs(),
        at,
        ...(unsaved === undefined ? {} : { changed: { ...unsaved, quality: [...unsaved.quality], epoch } }),
      };
    });
  }
}
