import type { AgentHolding } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { vacancies } from '../domain/host-death.ts';
import { agentIds, type OrganPlan } from '../domain/organ.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { Announcements, Held, Peers, Records } from '../ports.ts';
import { HostWatch } from './host-watch.ts';
import { Overdue } from './overdue.ts';

/** What the keeper stands on. */
export type KeeperPorts = {
  readonly me: string;
  readonly records: Records;
  readonly peers: Peers;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly announcements: Pick<Announcements, 'gone' | 'host'>;
  /** An agent is ours from now on. */
  readonly take: (held: Held, was: string | undefined) => void;
  /** An agent is no longer ours. */
  readonly drop: (agentId: string) => void;
  readonly hosted: () => readonly { readonly agentId: string; readonly epoch: number; readonly busy: boolean }[];
};

/** A record that is there now, and whether this call made it. */
export type Made = Held & { readonly created: boolean };

/** A record as it was written, and whether this process wrote it. */
type Written = Held & { readonly mine: boolean };

/**
 * Decides which agents live in this process.
 *
 * 1. Whoever creates or takes the record of an agent hosts it; the compare-and-set has one winner.
 * 2. An agent is taken from a host only after its beats have stopped and two pings went unanswered, or when the host has not
 *    taken it 15 s after it was given to it.
 * 3. A host that finds another name, or a later epoch, in the record of its agent lets the agent go.
 * 4. An agent whose run is under way here is not begun here a second time.
 */
export class Keeper {
  readonly #ports: KeeperPorts;
  readonly #plans: readonly OrganPlan[];
  readonly #overdue: Overdue;
  readonly #hosts: HostWatch;
  /** Records this process is writing: what it hears of them meanwhile is its own doing. */
  readonly #writing = new Map<string, Promise<Held | undefined>>();
  #initialized = false;
  #closed = false;

  constructor(plans: readonly OrganPlan[], ports: KeeperPorts) {
    this.#plans = plans;
    this.#ports = ports;
    this.#overdue = new Overdue(ports);
    this.#hosts = new HostWatch(ports);
  }

  /** True once every organ and agent of the plan has a record. */
  get initialized(): boolean {
    return this.#initialized;
  }

  /** The connection came back: hosts are not judged for a while. */
  reconnected(): void {
    this.#hosts.reconnected();
  }

  /** Makes what is missing of the plan; safe to repeat, and in several processes at once. */
  async initialize(): Promise<void> {
    const { records, roster, me } = this.#ports;
    for (const plan of this.#plans) {
      if (roster.organ(plan.organ_id)?.record.heir !== undefined) continue; // retired
      const now = this.#time();
      await records.ensureOrgan({ ...plan, created_at: now });
      const desired = Math.max(plan.desired, roster.organ(plan.organ_id)?.record.desired ?? 0);
      const { organ_id, skills, specialty } = plan;
      for (const agent_id of agentIds({ ...plan, desired })) {
        if (roster.agent(agent_id) !== undefined) continue;
        const holding = { agent_id, organ_id, skills: [...skills], specialty, created_at: now, held_since: now };
        await this.create({ ...holding, host: me, presence: 'ready' });
      }
    }
    this.#initialized = true;
  }

  /** Creates the record of an agent unless it is there; of many who ask at once one is told that it was created. */
  async create(holding: AgentHolding): Promise<Made> {
    const underWay = this.#writing.get(holding.agent_id);
    if (underWay === undefined) {
      return this.#write(holding.agent_id, undefined, async () => {
        const made = await this.#ports.records.createAgent(holding);
        return { ...made, mine: made.created };
      });
    }
    const held = await underWay;
    return held === undefined ? this.create(holding) : { ...held, created: false };
  }

  /** Has an agent here that nobody else can have, made anew or taken from whoever had it; archived ones stay archived. */
  async hold(holding: AgentHolding): Promise<Held | undefined> {
    const { records } = this.#ports;
    const { agent_id, organ_id, skills, specialty, host, presence, worker, held_since } = holding;
    const made = await this.create(holding);
    if (made.created) return made;
    if (made.holding.archived_at !== undefined) return undefined;
    const patch = {
      organ_id,
      skills,
      specialty,
      host,
      presence,
      held_since,
      ...(worker === undefined ? {} : { worker }),
    };
    return this.#write(agent_id, made.holding.host ?? undefined, async () => {
      const held = await records.reviseAgent(agent_id, made.epoch, patch);
      return held && { ...held, mine: true };
    });
  }

  /** Removes an agent that nobody can have any more. */
  async dismiss(agentId: string): Promise<void> {
    const { records, roster, drop } = this.#ports;
    drop(agentId);
    const known = await records.readAgent(agentId);
    if (known === undefined || known.holding.archived_at !== undefined) return;
    await records.removeAgent(agentId, known.epoch);
    roster.apply({ kind: 'agent', id: agentId, value: undefined, rev: known.epoch });
  }

  /** A record has changed: an agent that was given to us is taken at once. */
  async noticed(agentId: string): Promise<void> {
    const { roster, me } = this.#ports;
    const agent = roster.agent(agentId);
    if (agent?.holding.presence !== 'starting' || agent.holding.host !== me) return;
    if (this.#mayTake(agent)) await this.#takeOver(agent);
  }

  /** Lets go what is not ours, takes what nobody holds. */
  async look(): Promise<void> {
    this.#letGo();
    this.#hosts.begin();
    await this.#fillIn().finally(() => this.#hosts.end());
  }

  async #fillIn(): Promise<void> {
    const { roster, clock, me } = this.#ports;
    const { judging } = this.#hosts;
    const overdue = this.#overdue.look();
    const found = vacancies(roster, {
      me,
      now: clock.now(),
      hosted: (agent) => !this.#mayTake(agent),
      overdue: (agent) => judging && overdue(agent),
    });
    const silent = found.flatMap(({ why }) => (typeof why === 'object' ? [why.silentHost] : []));
    const dead = judging ? await this.#hosts.deadOf(silent) : new Set();
    for (const { agent, why } of found) {
      if (typeof why !== 'object') await this.#takeOver(agent);
      else if (dead.has(why.silentHost)) await this.#takeOver(agent, why.silentHost);
    }
  }

  /** Lets every agent go, so that others need not wait for silence, and takes none any more. */
  async release(): Promise<void> {
    const { records, hosted, drop } = this.#ports;
    this.#closed = true;
    await Promise.allSettled(this.#writing.values());
    for (const { agentId, epoch } of hosted()) {
      await records.reviseAgent(agentId, epoch, { host: null, presence: 'gone' });
      drop(agentId);
    }
  }

  /** Not what is held here under this epoch, nor while its run goes on here, nor while its record is being written. */
  #mayTake({ holding, epoch }: RosterAgent): boolean {
    if (this.#closed || this.#writing.has(holding.agent_id)) return false;
    const here = this.#ports.hosted().find(({ agentId }) => agentId === holding.agent_id);
    return here === undefined || (here.epoch < epoch && !here.busy);
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

  async #takeOver({ holding, epoch }: RosterAgent, dead?: string): Promise<void> {
    const { records, me, announcements } = this.#ports;
    const { agent_id, organ_id, host } = holding;
    if (this.#writing.has(agent_id)) return;
    const patch = { host: me, presence: 'ready', held_since: this.#time() } as const;
    const held = await this.#write(agent_id, host ?? undefined, async () => {
      const taken = await records.reviseAgent(agent_id, epoch, patch);
      return taken && { ...taken, mine: true };
    });
    if (held !== undefined && dead !== undefined)
      announcements.gone({ agent_id, organ_id, host: dead, epoch, why: 'host_dead' });
  }

  /** Writes a record; if it is ours by that, the agent is. */
  async #write<W extends Written | undefined>(
    agentId: string,
    was: string | undefined,
    write: () => Promise<W>,
  ): Promise<W> {
    const { roster, me, take } = this.#ports;
    const writing = write();
    this.#writing.set(agentId, writing);
    try {
      const written = await writing;
      if (written === undefined) return written;
      const { holding, epoch, mine } = written;
      if (mine && holding.host === me && holding.presence === 'ready') take({ holding, epoch }, was);
      roster.apply({ kind: 'agent', id: agentId, value: holding, rev: epoch });
      return written;
    } finally {
      this.#writing.delete(agentId);
    }
  }

  #time(): string {
    return new Date(this.#ports.clock.wallMs()).toISOString();
  }
}
