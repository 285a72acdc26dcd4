import type { AgentHolding, EvolutionRecord, OrganRecord } from '@seedcore/contracts';
import { leasesAsset, type Store } from '@seedcore/store';
import { type Deaths, MortalBench } from '@seedcore/tasks/testing';
import { evolutionsAsset, StoreEvolutions } from '../adapters/store-evolutions.ts';
import { StoreOrgans } from '../adapters/store-organs.ts';
import { organsAsset, StoreRecords } from '../adapters/store-records.ts';
import { type EvolutionWish, planEvolution } from '../domain/evolution/plan-evolution.ts';
import { costOf } from '../domain/evolution/return-on-energy.ts';
import { Roster } from '../domain/roster.ts';
import { isOver } from '../evolution/evolution-ports.ts';
import { openEvolution } from '../evolution/open-evolution.ts';

const NOW = '2026-11-22T00:00:00.000Z';
/** What an evolution is measured to have brought: a figure, nothing, or no answer. */
export type Measured = number | null | 'away';

const organ = (organ_id: string, desired: number): OrganRecord => ({
  ...{ organ_id, kind: 'custom', state: 'ready', desired, max_agents: 10, skills: ['wait'], specialty: null },
  ...{ role_prior: { e: 1, s: 0, o: 0 }, created_at: NOW },
});
const holding = (agent_id: string, organ_id: string): AgentHolding => ({
  ...{ agent_id, organ_id, host: null, presence: 'gone', skills: ['wait'], specialty: null },
  ...{ created_at: NOW, held_since: NOW },
});

/** Three organs with agents, a replica that drives evolutions and may die, and what energy is to say of them. */
export class EvolutionBed extends MortalBench {
  readonly ended: EvolutionRecord[] = [];
  readonly #measured: Measured;
  readonly #people: Store;

  constructor(measured: Measured, deaths: Deaths = new Map()) {
    super(deaths);
    this.#measured = measured;
    this.#people = this.process('people').store;
  }

  /** Makes organs and agents, and begins the replica. */
  async start(): Promise<void> {
    await this.passing(this.#prepare());
    this.keep('host', async ({ store }) => {
      await this.#drive(store);
    });
  }

  /** Writes an evolution down, as `evolve` does once it has been found to pay. */
  begin(wish: Pick<EvolutionWish, 'op'> & Partial<EvolutionWish>, evolution_id = 'ev1') {
    return this.passing(this.#begin({ organ_id: 'a', ...wish }, evolution_id));
  }

  /** Lets time pass until the evolution has ended. */
  async end(lead = 'a'): Promise<EvolutionRecord | undefined> {
    const evolutions = new StoreEvolutions(this.#people);
    for (let waited = 0; waited < 400; waited++) {
      const record = await this.passing(evolutions.read(lead));
      if (record !== undefined && isOver(record)) return record;
      await this.clock.advance(1000);
    }
    return undefined;
  }

  /** Who is where, as records say: organs with what they want, and their agents. */
  async membership() {
    const { organs, agents } = await this.passing(this.#records());
    return organs.map(({ organ_id, state, desired, max_agents, skills, heir }) => ({
      ...{ organ_id, state, desired, max_agents, skills, heir },
      agents: agents
        .filter((agent) => agent.organ_id === organ_id && agent.archived_at === undefined)
        .map(({ agent_id }) => agent_id),
    }));
  }

  /** Has somebody else change an agent. */
  async removeAgent(agentId: string): Promise<void> {
    const records = new StoreRecords(this.#people);
    const held = await this.passing(records.readAgent(agentId));
    if (held !== undefined) await this.passing(records.removeAgent(agentId, held.epoch));
  }

  async #prepare(): Promise<void> {
    await this.#people.provision([organsAsset, evolutionsAsset, leasesAsset]);
    const organs = new StoreOrgans(this.#people);
    for (const [id, count] of [
      ['a', 3],
      ['b', 2],
      ['rest', 1],
    ] as const) {
      await organs.change(id, () => organ(id, count));
      for (let n = 0; n < count; n++) await organs.create(holding(`${id}_agent_${n}`, id));
    }
  }

  async #records() {
    const roster = new Roster();
    await new StoreRecords(this.#people).watch((change) => roster.apply(change));
    return { organs: roster.organs().map(({ record }) => record), agents: roster.agents().map((one) => one.holding) };
  }

  async #drive(store: Store): Promise<void> {
    const { clock } = this;
    const roster = new Roster();
    await new StoreRecords(store).watch((change) => roster.apply(change));
    const nobody = () => undefined;
    const { start } = openEvolution({
      ...{ clock, roster },
      organs: new StoreOrgans(store),
      evolutions: new StoreEvolutions(store),
      energies: { measured: async () => this.#measured },
      memory: { archive: async () => undefined, copy: async () => undefined },
      announcements: { archived: nobody, created: nobody, moved: nobody },
      finished: (record) => this.ended.push(record),
      elect: (name, lead, options) => store.elect(name, lead, options),
      warn: nobody,
    });
    await start();
  }

  async #begin(
    { op, organ_id, params }: EvolutionWish | (Omit<EvolutionWish, 'params'> & { params?: EvolutionWish['params'] }),
    evolution_id: string,
  ) {
    const { organs, agents } = await this.#records();
    const members = (id: string) => agents.filter((one) => one.organ_id === id && one.archived_at === undefined);
    const usual = { k: 2, move_fraction: 0.5, src_organs: ['b'] };
    const plan = planEvolution(
      { op, organ_id, params: params ?? usual },
      { organ: (id) => organs.find((one) => one.organ_id === id), members, fallback: 'rest', now: NOW },
    );
    if (!('organs' in plan)) throw new Error(JSON.stringify(plan));
    return new StoreEvolutions(this.#people).begin({
      ...{
        evolution_id,
        op,
        lead: organ_id,
        ...plan,
        state: 'applying',
        started_at: new Date(this.clock.wallMs()).toISOString(),
        delta_E_measured: null,
      },
      ...{ E_before: -0.1, delta_E_est: -0.01, ...costOf(op), roi_est: 1, min_roi: 0.2 },
      ...{ settle_ms: 2000, measure_ms: 10_000, keep_if_unmeasured: false },
    });
  }
}
