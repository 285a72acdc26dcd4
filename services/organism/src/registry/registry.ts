import type { OrganRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Keeper, Made } from '../agents/keeper.ts';
import { type AgentSpec, type Difference, differences, newHolding } from '../domain/agent-spec.ts';
import { chooseHost } from '../domain/choose-host.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { AgentMemory, Announcements, Held, Records } from '../ports.ts';
import type { Awaited, Patience } from './awaited.ts';

/** Most names tried for an agent that brought none: an organ has at most a hundred agents. */
const MAX_NAMES = 200;
/** How often a change is tried again when somebody else's came between. */
const TRIES = 5;
/** After so long an agent that is busy may be asked again, in ms. */
const BUSY_RETRY_MS = 1000;
/** Longest wait for an agent that was attached, in ms. */
const ATTACH_WAIT_MS = 4000;

/** What the registry stands on. */
export type RegistryPorts = {
  readonly me: string;
  readonly records: Records;
  readonly roster: Roster;
  readonly keeper: Pick<Keeper, 'create'>;
  readonly awaited: Awaited;
  readonly hosts: Pick<Hosts, 'ask'>;
  readonly memory: Pick<AgentMemory, 'archive'>;
  readonly announcements: Announcements;
  readonly clock: Clock;
  /** Longest wait for the holder of an agent to say who it is, in ms. */
  readonly identityMs: number;
  readonly warn: (message: string, cause: unknown) => void;
};

/** An agent to be created. */
export type Creation = AgentSpec & {
  readonly organ_id: string;
  readonly agent_id?: string | undefined;
  readonly if_exists: 'reuse' | 'refuse';
  readonly wait_ms: number;
};

/** What came of it. */
export type Created =
  | {
      readonly is: 'there';
      readonly agent: RosterAgent;
      readonly created: boolean;
      readonly differs: readonly Difference[];
    }
  | { readonly is: 'unknown_organ' }
  | { readonly is: 'name_taken'; readonly agentId: string; readonly archivedAt: string | undefined }
  | { readonly is: 'at_capacity'; readonly live: number; readonly max: number }
  | { readonly is: 'start_failed'; readonly agentId: string; readonly reason: 'not_ready' | 'no_free_name' };

/** Where an agent shall be. */
export type Attachment = {
  readonly agent_id: string;
  readonly organ_id?: string | undefined;
  readonly epoch?: number | undefined;
  readonly host?: string | undefined;
};

type Why = 'no_answer' | 'wrong_identity' | 'older_epoch';

/** What came of it. */
export type Attached =
  | { readonly is: 'there'; readonly agent: RosterAgent; readonly was: Held }
  | { readonly is: 'unknown_agent'; readonly archivedAt: string | undefined }
  | { readonly is: 'unknown_organ' }
  | { readonly is: 'agent_busy'; readonly retryMs: number }
  | { readonly is: 'attach_refused'; readonly reason: Why; readonly held: Held }
  | { readonly is: 'at_capacity'; readonly organId: string; readonly live: number; readonly max: number }
  | { readonly is: 'start_failed'; readonly reason: 'not_ready' };

/** An agent that shall end. */
export type Archiving = {
  readonly agent_id: string;
  readonly epoch?: number | undefined;
  readonly reason: string;
  readonly force: boolean;
};

/** What came of it. */
export type Archived =
  | { readonly is: 'done'; readonly agent: RosterAgent; readonly at: string; readonly already: boolean }
  | { readonly is: 'unknown_agent' }
  | { readonly is: 'stale_handle'; readonly held: Held }
  | { readonly is: 'agent_busy'; readonly retryMs: number };

/**
 * Names of agents, and who holds them.
 *
 * 1. A name is taken by one create-only write; of all who race for it one has created the agent.
 * 2. An agent that is given to a host is `starting` until that host has taken it by a write of its own, which makes its epoch.
 * 3. Every change of host or organ is a compare-and-set on the epoch, and a new epoch.
 */
export class Registry {
  readonly #ports: RegistryPorts;
  /** Creations under way by organ, which count as agents. */
  readonly #coming = new Map<string, number>();

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** Creates an agent, or finds the one of that name. */
  async create(wish: Creation, signal: AbortSignal): Promise<Created> {
    const organ = this.#ports.roster.organ(wish.organ_id)?.record;
    if (organ === undefined) return { is: 'unknown_organ' };
    const { agent_id } = wish;
    if (agent_id !== undefined) return this.#createNamed(organ, { ...wish, agent_id }, signal);
    return this.#createNext(organ, wish, signal);
  }

  async #createNext(organ: OrganRecord, wish: Creation, signal: AbortSignal): Promise<Created> {
    const { roster } = this.#ports;
    for (let n = 0; n < MAX_NAMES; n++) {
      const agent_id = `${organ.organ_id}_agent_${n}`;
      if (roster.agent(agent_id) !== undefined) continue;
      const made = await this.#createNamed(organ, { ...wish, agent_id, if_exists: 'refuse' }, signal);
      if (made.is !== 'name_taken') return made;
    }
    return { is: 'start_failed', agentId: `${organ.organ_id}_agent_${MAX_NAMES}`, reason: 'no_free_name' };
  }

  async #createNamed(organ: OrganRecord, wish: Named, signal: AbortSignal): Promise<Created> {
    const known = await this.#known(wish.agent_id, organ);
    if ('is' in known) return known;
    const made = known.held ?? (await this.#make(organ, wish));
    if (made === 'no_host') return { is: 'start_failed', agentId: wish.agent_id, reason: 'not_ready' };
    const { holding, epoch, created } = made;
    if (!created && (wish.if_exists === 'refuse' || holding.archived_at !== undefined))
      return { is: 'name_taken', agentId: wish.agent_id, archivedAt: holding.archived_at };
    const agent = await this.#ready(wish.agent_id, epoch, { ms: wish.wait_ms, signal });
    if (agent === undefined) return { is: 'start_failed', agentId: wish.agent_id, reason: 'not_ready' };
    return { is: 'there', agent, created, differs: created ? [] : differences(holding, organ, wish) };
  }

  /** The agent of that name, when an organ that is full makes it worth asking; else nothing, and the write will tell. */
  async #known(agentId: string, organ: OrganRecord): Promise<Created | { readonly held: Made | undefined }> {
    const { records } = this.#ports;
    const full = this.#full(organ);
    if (full === undefined) return { held: undefined };
    const held = await records.readAgent(agentId);
    return held === undefined ? { is: 'at_capacity', ...full } : { held: { ...held, created: false } };
  }

  #full({ organ_id, max_agents: max }: OrganRecord): { live: number; max: number } | undefined {
    const live = this.#ports.roster.members(organ_id).length + (this.#coming.get(organ_id) ?? 0);
    return live >= max ? { live, max } : undefined;
  }

  async #make(organ: OrganRecord, wish: Named) {
    const { me, roster, keeper, announcements, clock } = this.#ports;
    const host = chooseHost(roster, { me, now: clock.now() });
    if (host === undefined) return 'no_host';
    const { organ_id } = organ;
    const { agent_id } = wish;
    const counts = roster.agent(agent_id) === undefined;
    if (counts) this.#coming.set(organ_id, (this.#coming.get(organ_id) ?? 0) + 1);
    try {
      const facts = { agentId: agent_id, host, ready: host === me, at: this.#time() };
      const made = await keeper.create(newHolding(organ, wish, facts));
      if (made.created) announcements.created({ agent_id, organ_id, host, epoch: made.epoch });
      return made;
    } finally {
      if (counts) this.#coming.set(organ_id, (this.#coming.get(organ_id) ?? 1) - 1);
    }
  }

  /** Gives an agent to a host, or to another organ, once its holder has said that it has it and that it is idle. */
  async attach(wish: Attachment, signal: AbortSignal): Promise<Attached> {
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await this.#ports.records.readAgent(wish.agent_id);
      if (held === undefined || held.holding.archived_at !== undefined)
        return { is: 'unknown_agent', archivedAt: held?.holding.archived_at };
      const refused = this.#unfit(wish, held) ?? (await this.#unsaid(held));
      if (refused !== undefined) return refused;
      const given = await this.#give(wish, held);
      if (given === 'no_host') return { is: 'start_failed', reason: 'not_ready' };
      if (given === undefined) continue;
      this.#learn(given);
      this.#tellMoved(given, held);
      const agent = await this.#ready(wish.agent_id, given.epoch + 1, { ms: ATTACH_WAIT_MS, signal });
      return agent === undefined ? { is: 'start_failed', reason: 'not_ready' } : { is: 'there', agent, was: held };
    }
    return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  /** What speaks against it before anybody is asked. */
  #unfit({ epoch, organ_id, host }: Attachment, held: Held): Attached | undefined {
    const { roster, clock } = this.#ports;
    const refused = (reason: Why): Attached => ({ is: 'attach_refused', reason, held });
    if (epoch !== undefined && epoch !== held.epoch)
      return refused(epoch < held.epoch ? 'older_epoch' : 'wrong_identity');
    if (host !== undefined && !roster.hosts(clock.now()).some(({ id }) => id === host)) return refused('no_answer');
    if (organ_id === undefined || organ_id === held.holding.organ_id) return undefined;
    const organ = roster.organ(organ_id)?.record;
    if (organ === undefined) return { is: 'unknown_organ' };
    const full = this.#full(organ);
    return full === undefined ? undefined : { is: 'at_capacity', organId: organ_id, ...full };
  }

  /** Asks the holder; nobody holds an agent that was let go, or that its host has not begun. */
  async #unsaid(held: Held): Promise<Attached | undefined> {
    const { hosts, identityMs } = this.#ports;
    const { agent_id, host, presence } = held.holding;
    if (host === null || presence !== 'ready') return undefined;
    const reports = await hosts.ask(host, { agentIds: [agent_id] }, identityMs);
    if (reports === undefined) return { is: 'attach_refused', reason: 'no_answer', held };
    const [report] = reports;
    if (report?.epoch !== held.epoch) return { is: 'attach_refused', reason: 'wrong_identity', held };
    return report.task_id === undefined ? undefined : { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  async #give(wish: Attachment, { holding, epoch }: Held): Promise<Held | undefined | 'no_host'> {
    const { records, roster, me, clock } = this.#ports;
    const host = wish.host ?? holding.host ?? chooseHost(roster, { me, now: clock.now() });
    if (host === undefined) return 'no_host';
    const organ_id = wish.organ_id ?? holding.organ_id;
    const patch = { organ_id, host, presence: 'starting', held_since: this.#time() } as const;
    return records.reviseAgent(wish.agent_id, epoch, patch);
  }

  #tellMoved({ holding, epoch }: Held, { holding: before }: Held): void {
    const { agent_id, organ_id, host } = holding;
    if (host === null || (organ_id === before.organ_id && host === before.host)) return;
    const was = { organ_id: before.organ_id, ...(before.host === null ? {} : { host: before.host }) };
    this.#ports.announcements.moved({ agent_id, organ_id, host, epoch, was });
  }

  /** Ends an agent. */
  async archive(wish: Archiving): Promise<Archived> {
    const { records, announcements } = this.#ports;
    const { agent_id, reason } = wish;
    for (let tries = 0; tries < TRIES; tries++) {
      const held = await records.readAgent(agent_id);
      if (held === undefined) return { is: 'unknown_agent' };
      const { archived_at } = held.holding;
      if (archived_at !== undefined) return { is: 'done', agent: this.#learn(held), at: archived_at, already: true };
      if (wish.epoch !== undefined && wish.epoch !== held.epoch) return { is: 'stale_handle', held };
      if (!wish.force && (await this.#isBusy(held))) return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
      const at = this.#time();
      const patch = { host: null, presence: 'gone', archived_at: at, archived_why: reason } as const;
      const written = await records.reviseAgent(agent_id, held.epoch, patch);
      if (written === undefined) continue;
      announcements.archived({ agent_id, organ_id: held.holding.organ_id, epoch: written.epoch, reason });
      this.#forget(written);
      return { is: 'done', agent: this.#learn(written), at, already: false };
    }
    return { is: 'agent_busy', retryMs: BUSY_RETRY_MS };
  }

  /** An agent whose host does not answer is not known to be idle. */
  async #isBusy({ holding: { agent_id, host, presence } }: Held): Promise<boolean> {
    const { hosts, identityMs } = this.#ports;
    if (host === null || presence !== 'ready') return false;
    const reports = await hosts.ask(host, { agentIds: [agent_id] }, identityMs);
    return reports === undefined || reports[0]?.task_id !== undefined;
  }

  /** State hears of it as well; what it misses is only a mark. */
  #forget({ holding, epoch }: Held): void {
    const { memory, warn } = this.#ports;
    memory
      .archive({ agentId: holding.agent_id, epoch })
      .catch((cause: unknown) => warn(`state was not told that ${holding.agent_id} is archived`, cause));
  }

  /** The agent once its host has it, at `epoch` or later; what is known of it when nobody wants to wait. */
  async #ready(agentId: string, epoch: number, patience: Patience): Promise<RosterAgent | undefined> {
    const { roster, awaited } = this.#ports;
    if (patience.ms === 0) return roster.agent(agentId);
    const look = () => {
      const agent = roster.agent(agentId);
      return agent !== undefined && agent.epoch >= epoch && agent.holding.presence === 'ready' ? agent : undefined;
    };
    return awaited.until(agentId, look, patience);
  }

  #learn({ holding, epoch }: Held): RosterAgent {
    const { roster } = this.#ports;
    roster.apply({ kind: 'agent', id: holding.agent_id, value: holding, rev: epoch });
    return roster.agent(holding.agent_id) ?? { holding, epoch, beat: undefined };
  }

  #time(): string {
    return new Date(this.#ports.clock.wallMs()).toISOString();
  }
}

type Named = Creation & { readonly agent_id: string };
