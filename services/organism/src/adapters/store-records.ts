import { type AgentHolding, agentHolding, type OrganRecord, organRecord } from '@seedcore/contracts';
import { type Bucket, bucketAsset, type Change, type Store, type Watch } from '@seedcore/store';
import { z } from 'zod';
import type { RosterChange } from '../domain/roster.ts';
import type { Held, Records, Teacher } from '../ports.ts';

/** Where organs and agents are kept; revisions are epochs of agents. */
export const organsAsset = bucketAsset('organs', 'Organs, and which host holds which agent.', {
  history: 10,
  epochs: true,
});

const record = z.union([organRecord, agentHolding]);
type Kept = OrganRecord | AgentHolding;

const isAgent = (value: Kept): value is AgentHolding => 'agent_id' in value;
const organKey = (id: string) => `organ.${id}`;
const agentKey = (id: string) => `agent.${id}`;

/** Records of organs and agents in the bucket `<ns>_organs`. */
export class StoreRecords implements Records, Teacher {
  readonly #bucket: Bucket<Kept>;
  #watch: Watch | undefined;

  constructor(store: Store) {
    this.#bucket = store.bucket<Kept>({ name: organsAsset.name, schema: record, version: 1 });
  }

  async ensureOrgan(plan: OrganRecord): Promise<void> {
    const key = organKey(plan.organ_id);
    const { value, created } = await this.#bucket.createOnce(key, plan);
    const enough = (now: Kept) => isAgent(now) || now.configured === true || now.desired >= plan.desired;
    if (created || enough(value)) return;
    await this.#bucket.update(key, (now) =>
      now === undefined || isAgent(now) || enough(now) ? 'skip' : { ...now, desired: plan.desired },
    );
  }

  async teachOrgan(organId: string, skills: readonly string[]): Promise<void> {
    await this.#bucket.update(organKey(organId), (now) => {
      if (now === undefined || isAgent(now)) return 'skip';
      const all = [...new Set([...now.skills, ...skills])];
      return all.length === now.skills.length ? 'skip' : { ...now, skills: all };
    });
  }

  async createAgent(holding: AgentHolding): Promise<Held & { readonly created: boolean }> {
    const { value, rev, created } = await this.#bucket.createOnce(agentKey(holding.agent_id), holding);
    if (!isAgent(value)) throw new RangeError(`${agentKey(holding.agent_id)} holds no agent`);
    return { holding: value, epoch: rev, created };
  }

  async readAgent(agentId: string): Promise<Held | undefined> {
    const found = await this.#bucket.get(agentKey(agentId), { fresh: true });
    return found !== undefined && isAgent(found.value) ? { holding: found.value, epoch: found.rev } : undefined;
  }

  async reviseAgent(agentId: string, epoch: number, patch: Partial<AgentHolding>): Promise<Held | undefined> {
    const { value, rev, outcome } = await this.#bucket.update(agentKey(agentId), (now, at) =>
      now !== undefined && isAgent(now) && at === epoch ? { ...now, ...patch } : 'skip',
    );
    return outcome === 'written' && value !== undefined && isAgent(value) ? { holding: value, epoch: rev } : undefined;
  }

  async removeAgent(agentId: string, epoch: number): Promise<void> {
    await this.#bucket.update(agentKey(agentId), (_now, at) => (at === epoch ? 'remove' : 'skip'));
  }

  async watch(listener: (change: RosterChange) => void): Promise<void> {
    this.#watch = this.#bucket.watch('', (change) => {
      const known = rosterChange(change);
      if (known !== undefined) listener(known);
    });
    await this.#watch.ready;
  }

  lagMs(): number {
    return this.#watch?.lagMs() ?? 0;
  }
}

/** What a change of the bucket means; keys of other kinds, which later versions may add, mean nothing here. */
function rosterChange({ key, value, rev }: Change<Kept>): RosterChange | undefined {
  const [kind, id] = key.split('.', 2);
  if (id === undefined) return undefined;
  if (kind === 'organ' && (value === undefined || !isAgent(value))) return { kind, id, value, rev };
  if (kind === 'agent' && (value === undefined || isAgent(value))) return { kind, id, value, rev };
  return undefined;
}
