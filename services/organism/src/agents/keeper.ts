import type { AgentHolding } from '@seedcore/contracts';
import { type Clock, delay } from '@seedcore/protocol';
import { type Vacancy, vacancies } from '../domain/host-death.ts';
import { agentIds, type OrganPlan } from '../domain/organ.ts';
import type { Roster } from '../domain/roster.ts';
import type { Held, Peers, Records } from '../ports.ts';

/** Pings a silent host may leave unanswered before it counts as gone, and the pause between them in ms. */
const PINGS = 2;
const PING_PAUSE_MS = 1000;
/** After a reconnect others come back at their own pace; nobody is judged for so long, in ms. */
const SETTLE_MS = 10_000;

/** What the keeper stands on. */
export type KeeperPorts = {
  readonly me: string;
  readonly records: Records;
  readonly peers: Peers;
  readonly roster: Roster;
  readonly clock: Clock;
  /** An agent is ours from now on. */
  readonly take: (held: Held, was: string | undefined) => void;
  /** An agent is no longer ours. */
  readonly drop: (agentId: string) => void;
  readonly hosted: () => readonly { readonly agentId: string; readonly epoch: number; readonly busy?: boolean }[];
};

/**
 * Decides which agents live in this process.
 *
 * 1. Whoever creates or takes the record of an agent hosts it; the compare-and-set has one winner.
 * 2. An agent is taken from a host only after its beats have stopped and two pings went unanswered.
 * 3. A host that finds another name, or a later epoch, in the record of its agent lets the agent go.
 */
export class Keeper {
  readonly #ports: KeeperPorts;
  readonly #plans: readonly OrganPlan[];
  #judgeFrom = Number.NEGATIVE_INFINITY;
  #initialized = false;

  constructor(plans: readonly OrganPlan[], ports: KeeperPorts) {
    this.#plans = plans;
    this.#ports = ports;
  }

  /** True once every organ and agent of the plan has a record. */
  get initialized(): boolean {
    return this.#initialized;
  }

  /** The connection came back: hosts are not judged for a while. */
  reconnected(): void {
    this.#judgeFrom = this.#ports.clock.now() + SETTLE_MS;
  }

  /** Makes what is missing of the plan; safe to repeat, and in several processes at once. */
  async initialize(): Promise<void> {
    const { records } = this.#ports;
    for (const plan of this.#plans) {
      const now = this.#time();
      await records.ensureOrgan({ ...plan, created_at: now });
      const desired = Math.max(plan.desired, this.#ports.roster.organ(plan.organ_id)?.record.desired ?? 0);
      for (const agentId of agentIds({ ...plan, desired })) await this.#create(plan, agentId);
    }
    this.#initialized = true;
  }

  /** Lets go what is not ours, takes what nobody holds. */
  async look(): Promise<void> {
    const { roster, clock, me, hosted } = this.#ports;
    this.#letGo();
    const mine = new Set(hosted().map(({ agentId }) => agentId));
    const found = vacancies(roster, { me, now: clock.now(), hosted: (id) => mine.has(id) });
    const gone = await this.#goneHosts(found);
    for (const { agent, why } of found) {
      if (typeof why === 'object' && !gone.has(why.silentHost)) continue;
      await this.#takeOver(agent.holding);
    }
  }

  /** Lets every agent go, so that others need not wait for silence. */
  async release(): Promise<void> {
    const { records, hosted, drop } = this.#ports;
    for (const { agentId, epoch } of hosted()) {
      await records.releaseAgent(agentId, epoch);
      drop(agentId);
    }
  }

  async #create(plan: OrganPlan, agentId: string): Promise<void> {
    const { records, roster, me, take } = this.#ports;
    if (roster.agent(agentId) !== undefined) return;
    const now = this.#time();
    const { organ_id, skills, specialty } = plan;
    const holding = { agent_id: agentId, organ_id, skills: [...skills], specialty, created_at: now, held_since: now };
    const made = await records.createAgent({ ...holding, host: me, presence: 'ready' });
    roster.apply({ kind: 'agent', id: agentId, value: made.holding, rev: made.epoch });
    if (made.created) take(made, undefined);
  }

  #letGo(): void {
    const { roster, me, hosted, drop } = this.#ports;
    for (const { agentId, epoch, busy } of hosted()) {
      const agent = roster.agent(agentId);
      if (agent === undefined || agent.epoch <= epoch) continue;
      // Other abilities under our own name: taken anew, once its run has ended.
      if (agent.holding.host !== me || busy !== true) drop(agentId);
    }
  }

  async #takeOver({ agent_id, host }: AgentHolding): Promise<void> {
    const { records, roster, me, take } = this.#ports;
    const held = await records.takeAgent(agent_id, { from: host, to: me });
    if (held === undefined) return;
    roster.apply({ kind: 'agent', id: agent_id, value: held.holding, rev: held.epoch });
    take(held, host ?? undefined);
  }

  /** Silent hosts that leave every ping unanswered; nobody while the connection has only just come back. */
  async #goneHosts(found: readonly Vacancy[]): Promise<ReadonlySet<string>> {
    const { peers, clock, roster } = this.#ports;
    let gone = new Set(found.flatMap(({ why }) => (typeof why === 'object' ? [why.silentHost] : [])));
    for (let ping = 0; ping < PINGS && gone.size > 0; ping++) {
      if (clock.now() < this.#judgeFrom) return new Set();
      if (ping > 0) await delay(clock, PING_PAUSE_MS);
      const answered = new Set(await peers.ping());
      for (const host of gone) if (answered.has(host)) roster.heard(host, [], clock.now());
      gone = new Set([...gone].filter((host) => !answered.has(host)));
    }
    return gone;
  }

  #time(): string {
    return new Date(this.#ports.clock.wallMs()).toISOString();
  }
}
