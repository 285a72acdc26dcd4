import type { AgentHolding, Beat } from '@seedcore/contracts';
import type { Clock, Random } from '@seedcore/protocol';
import { heirOf } from '../domain/heir.ts';
import { learntSkills, type SkillKinds } from '../domain/learnt-skills.ts';
import type { OrganPlan } from '../domain/organ.ts';
import type { Roster } from '../domain/roster.ts';
import { StandingLedger } from '../domain/standing-ledger.ts';
import type { AgentMemory, Announcements, Held, Peers, Records } from '../ports.ts';
import type { AgentPool } from './agent-pool.ts';
import { Beats } from './beats.ts';
import { Keeper, type Made } from './keeper.ts';
import { type Isolates, LocalAgent, type RemotePlace } from './local-agent.ts';
import type { OrganQueues } from './organ-queues.ts';
import { Remember } from './remember.ts';
import { Rounds } from './rounds.ts';

/** Interval of beats, in ms. */
export const BEAT_MS = 2000;
/** Interval of looks at what others hold, in ms. */
const KEEP_MS = 1000;

/** What the household of a replica stands on. */
export type HouseholdPorts = {
  readonly me: string;
  readonly plans: readonly OrganPlan[];
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly queues: Pick<OrganQueues, 'resize' | 'drain'>;
  readonly records: Records;
  readonly peers: Peers;
  readonly memory: AgentMemory;
  readonly announcements: Announcements;
  readonly isolates: () => Isolates;
  /** The place of an agent with its worker. */
  readonly places: (holding: AgentHolding) => RemotePlace;
  readonly skillset: SkillKinds;
  readonly clock: Clock;
  readonly random: Random;
  readonly lagMs: () => number;
  /** Hears every beat of others. */
  readonly heard: (beat: Beat) => void;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Everything a replica does without being asked: makes and takes agents, beats, remembers, lets go. */
export class Household {
  readonly #ports: HouseholdPorts;
  readonly #keeper: Keeper;
  readonly #remember: Remember;
  readonly #beats: Beats;
  readonly #rounds: readonly Rounds[];

  constructor(ports: HouseholdPorts) {
    const { clock, memory, roster, me, warn } = ports;
    this.#ports = ports;
    this.#beats = new Beats(clock, ports.lagMs);
    this.#remember = new Remember({
      memory,
      roster,
      host: me,
      clock,
      silent: (cause) => warn('state does not answer', cause),
    });
    this.#keeper = new Keeper(ports.plans, {
      ...ports,
      take: (held, was) => this.#take(held, was),
      drop: (agentId) => this.#drop(agentId),
      hosted: () => ports.pool.list(),
    });
    const every = (ms: number, what: string, round: () => Promise<void>) =>
      new Rounds(clock, ms, { round, failed: (cause) => warn(`${what} failed`, cause) });
    this.#rounds = [
      every(BEAT_MS, 'beating', async () => this.beat()),
      every(KEEP_MS, 'keeping agents', () => this.#keep()),
      every(BEAT_MS, 'remembering', () => this.#remember.look(ports.pool.list())),
    ];
  }

  /** True once every organ and agent of the plan has a record. */
  get initialized(): boolean {
    return this.#keeper.initialized;
  }

  /** True while state does not answer. */
  get stateSilent(): boolean {
    return this.#remember.silent;
  }

  /** Begins; resolves when agents can be given work, or after 5 s without. */
  async start(): Promise<void> {
    const { me, pool, records, peers, roster, memory, clock, warn } = this.#ports;
    pool.onChange((agent) => roster.heard(me, this.#beats.changed(agent), clock.now()));
    peers.onBeat((instance, beats) => {
      roster.heard(instance, beats, clock.now());
      for (const beat of beats) this.#ports.heard(beat);
    });
    roster.onAgent((agentId) => {
      this.#keeper.noticed(agentId).catch((cause: unknown) => warn('an agent could not be taken', cause));
    });
    memory.onRoles(
      (agentId) => pool.get(agentId) !== undefined,
      (agentId, p) => pool.get(agentId)?.ledger.rolesSet(p),
    );
    await records.watch((change) => roster.apply(change));
    const enough = Promise.withResolvers<void>();
    const timer = clock.after(FIRST_LOOK_MS, enough.resolve);
    const looked = this.#keep().catch((cause: unknown) => warn('keeping agents failed', cause));
    await Promise.race([looked, enough.promise]);
    timer.cancel();
    this.beat();
    void looked.then(() => this.#rounds.map((rounds) => rounds.start()));
  }

  /** Creates an agent unless one of its name is there. */
  create(holding: AgentHolding): Promise<Made> {
    return this.#keeper.create(holding);
  }

  /** Has an agent here that is a place of a worker this replica keeps. */
  hold(holding: AgentHolding): Promise<Held | undefined> {
    return this.#keeper.hold(holding);
  }

  /** Removes an agent whose worker is gone. */
  dismiss(agentId: string): Promise<void> {
    return this.#keeper.dismiss(agentId);
  }

  /** The connection came back. */
  reconnected(): void {
    this.#keeper.reconnected();
  }

  /** Says what every agent here is doing, to others and to the roster here. */
  beat(): void {
    const { pool, peers, roster, me, clock } = this.#ports;
    const beats = this.#beats.next(pool.list());
    roster.heard(me, beats, clock.now());
    peers.beat(beats);
  }

  /** Takes nothing new, lets runs finish, remembers, lets every agent go. */
  async drain(graceMs: number): Promise<void> {
    const { queues, pool } = this.#ports;
    await Promise.all(this.#rounds.map((rounds) => rounds.stop()));
    await queues.drain(Math.max(0, graceMs - LET_GO_MS));
    await this.#remember.last(pool.list());
    await this.#keeper.release();
    this.beat();
  }

  async #keep(): Promise<void> {
    if (!this.#keeper.initialized) await this.#keeper.initialize();
    await this.#keeper.look();
    for (const { record } of this.#ports.roster.organs()) if (record.heir !== undefined) this.#fit(record.organ_id);
  }

  /** What an agent has learnt here goes along when it is given another epoch here. */
  #take({ holding, epoch }: Held, was: string | undefined): void {
    const { pool, announcements, isolates, clock, random, me, roster, skillset, places } = this.#ports;
    const { agent_id, organ_id, skills, specialty } = holding;
    const before = pool.get(agent_id);
    if (before !== undefined) this.#drop(agent_id);
    const roles = holding.roles ?? roster.organ(organ_id)?.record.role_prior ?? null;
    const ledger = before?.ledger ?? new StandingLedger({ roles, bornMs: Date.parse(holding.created_at) });
    const learnt = () => learntSkills(holding, roster.organ(organ_id)?.record, skillset);
    const parts = { agentId: agent_id, organId: organ_id, epoch, skills, learnt, specialty, clock, random, ledger };
    const agent = new LocalAgent({
      ...parts,
      isolates: holding.worker === undefined ? isolates() : { remote: places(holding) },
    });
    pool.add(agent);
    this.#fit(organ_id);
    announcements.attached({ agent_id, organ_id, host: me, epoch, ...(was === undefined ? {} : { was }) });
  }

  #drop(agentId: string): void {
    const { pool } = this.#ports;
    const organId = pool.get(agentId)?.organId;
    pool.remove(agentId);
    if (organId !== undefined) this.#fit(organId);
  }

  #fit(organId: string): void {
    const { queues, pool, roster } = this.#ports;
    queues.resize(organId, pool.list(heirOf(organId, roster)).filter(({ remote }) => !remote).length);
  }
}

/** Longest start without agents, in ms: long enough to find out that another host is gone. */
const FIRST_LOOK_MS = 5000;
/** Time of a drain kept for remembering and letting go, in ms. */
const LET_GO_MS = 3000;
