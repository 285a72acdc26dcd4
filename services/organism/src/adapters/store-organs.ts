import { type AgentHolding, agentHolding, type OrganRecord, organRecord } from '@seedcore/contracts';
import type { Bucket, Store } from '@seedcore/store';
import type { KeptOrgan, OrganRecords, PlacedAgent } from '../organs/organ-records.ts';
import { organsAsset } from './store-records.ts';

/** Organs in the bucket `<ns>_organs`, under `organ.<id>`, and their agents, under `agent.<id>`. */
export class StoreOrgans implements OrganRecords {
  readonly #organs: Bucket<OrganRecord>;
  readonly #agents: Bucket<AgentHolding>;

  constructor(store: Store) {
    const { name } = organsAsset;
    this.#organs = store.bucket({ name, schema: organRecord, version: 1 });
    this.#agents = store.bucket({ name, schema: agentHolding, version: 1 });
  }

  async read(organId: string): Promise<KeptOrgan | undefined> {
    const found = await this.#organs.get(`organ.${organId}`, { fresh: true });
    return found && { record: found.value, rev: found.rev };
  }

  async change(
    organId: string,
    change: (now: OrganRecord | undefined, rev: number) => OrganRecord | 'skip',
  ): Promise<KeptOrgan | undefined> {
    const { value, rev } = await this.#organs.update(`organ.${organId}`, change);
    return value && { record: value, rev };
  }

  async create(holding: AgentHolding): Promise<void> {
    await this.#agents.createOnce(`agent.${holding.agent_id}`, holding);
  }

  async place(agentId: string, change: (now: AgentHolding) => AgentHolding | 'skip'): Promise<PlacedAgent | undefined> {
    let before: AgentHolding | undefined;
    const { value, rev, outcome } = await this.#agents.update(`agent.${agentId}`, (now) => {
      before = now;
      return now === undefined ? 'skip' : change(now);
    });
    if (value === undefined) return undefined;
    return { now: value, epoch: rev, ...(outcome === 'written' && before !== undefined ? { before } : {}) };
  }

  async refit(agentId: string, epoch: number, abilities: Pick<AgentHolding, 'skills' | 'specialty'>): Promise<void> {
    await this.#agents.update(`agent.${agentId}`, (now, rev) =>
      now !== undefined && rev === epoch ? { ...now, ...abilities } : 'skip',
    );
  }
}
