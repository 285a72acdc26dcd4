import type { AgentHolding, OrganRecord } from '@seedcore/contracts';

/** An organ as it was written. */
export type KeptOrgan = { readonly record: OrganRecord; readonly rev: number };

/** An agent as it is now, and as it was before it was written. */
export type PlacedAgent = { readonly now: AgentHolding; readonly before?: AgentHolding; readonly epoch: number };

/** The records of organs, changed by compare-and-set. */
export interface OrganRecords {
  /** As the leader has it; undefined when there is none. */
  read(organId: string): Promise<KeptOrgan | undefined>;
  /**
   * Changes an organ, or makes it out of nothing; `change` may run several times, and `skip` leaves what is there.
   *
   * @returns undefined when there is none and none was made
   */
  change(
    organId: string,
    change: (now: OrganRecord | undefined, rev: number) => OrganRecord | 'skip',
  ): Promise<KeptOrgan | undefined>;
  /** Creates an agent unless it is there. */
  create(holding: AgentHolding): Promise<void>;
  /**
   * Changes an agent that is there; `skip` leaves it.
   *
   * @returns undefined when there is none; `before` is absent when nothing was written
   */
  place(agentId: string, change: (now: AgentHolding) => AgentHolding | 'skip'): Promise<PlacedAgent | undefined>;
  /** Gives an agent that is still at this epoch other abilities, and so a new epoch. */
  refit(agentId: string, epoch: number, abilities: Pick<AgentHolding, 'skills' | 'specialty'>): Promise<void>;
}
