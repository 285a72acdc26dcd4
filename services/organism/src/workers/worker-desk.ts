import type { AgentHolding, WorkerRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import type { AgentPool } from '../agents/agent-pool.ts';
import type { RemotePlace } from '../agents/local-agent.ts';
import type { Roster } from '../domain/roster.ts';
import type { Held } from '../ports.ts';
import type { Breakers } from '../supervision/breakers.ts';
import type { RemoteSkills } from './remote-skills.ts';
import { WORKER_DEAD_MS, WorkerSession } from './session.ts';
import type { Settlements } from './settlements.ts';
import type { SkillQueues } from './skill-queues.ts';
import { Slot } from './slot.ts';
import type { KeptWorker, WorkerRecords } from './worker-records.ts';

/** A process that looked at its workers this much later than it wanted has not heard them meanwhile, in ms. */
const STOOD_STILL_MS = 3000;

/** A skill is forgotten a day after it was last brought: those of workers that stay are brought again, in ms. */
const BRING_MS = 21_600_000;
/** Most workers one replica keeps. */
export const MAX_WORKERS = 500;

/** What keeping workers stands on. */
export type WorkerDeskPorts = {
  readonly me: string;
  readonly clock: Clock;
  readonly records: WorkerRecords;
  readonly skills: RemoteSkills;
  readonly queues: SkillQueues;
  readonly settlements: Settlements;
  readonly tasks: Pick<Tasks, 'get'>;
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly breakers: Pick<Breakers, 'waitMs'>;
  /** Has an agent of a worker here, or removes it. */
  readonly agents: () => {
    hold(holding: AgentHolding): Promise<Held | undefined>;
    dismiss(agentId: string): Promise<void>;
  };
  /** An agent is gone because its worker fell silent. */
  readonly gone: (agent: { agent_id: string; organ_id: string; host: string; epoch: number; why: 'no_answer' }) => void;
};

/** The workers this replica keeps: it hears them, their agents are here, and when they fall silent it ends them. */
export class WorkerDesk {
  readonly ports: WorkerDeskPorts;
  readonly #sessions = new Map<string, WorkerSession>();
  #lookedAt: number;
  #broughtAt: number;
  #draining = false;

  constructor(ports: WorkerDeskPorts) {
    this.ports = ports;
    this.#lookedAt = ports.clock.now();
    this.#broughtAt = ports.clock.now();
  }

  /** True once nothing is begun here any more. */
  get draining(): boolean {
    return this.#draining;
  }

  /** A worker that is kept here. */
  get(worker: string): WorkerSession | undefined {
    return this.#sessions.get(worker);
  }

  /** Keeps a worker from now on: its places are agents here, and their queues are pulled. */
  async keep(kept: KeptWorker): Promise<readonly string[]> {
    const session = new WorkerSession(kept, this.ports.clock);
    const before = this.#sessions.get(kept.record.worker);
    this.#sessions.set(kept.record.worker, session);
    before?.end('lost');
    const agents = this.ports.agents();
    const held = await Promise.all(this.#holdingsOf(kept.record).map((holding) => agents.hold(holding)));
    this.fit();
    return held.flatMap((one) => (one === undefined ? [] : [one.holding.agent_id])).sort();
  }

  /** The place of an agent with its worker. */
  place({ agent_id, skills, worker = '' }: AgentHolding): RemotePlace {
    const session = this.#sessions.get(worker);
    const [skill = ''] = skills;
    if (session === undefined) throw new RangeError(`${worker} is not kept here`);
    const slot = new Slot({
      ...{ agentId: agent_id, skill, clock: this.ports.clock, claims: session.claims },
      input: () => this.ports.skills.get(skill)?.input,
      heard: () => session.nextHeard(),
      stopped: (run, kind) => session.stopped(run, kind),
    });
    session.slots.set(agent_id, slot);
    return slot;
  }

  /** Lets a worker go for good. @returns how many runs it had */
  async dismiss(session: WorkerSession, as: 'lost' | 'handed_back'): Promise<number> {
    const { worker } = session.record;
    if (this.#sessions.get(worker) !== session) return 0;
    this.#sessions.delete(worker);
    const runs = session.end(as);
    const { records, roster, me } = this.ports;
    const ids = [...session.slots.keys()];
    if (as === 'lost')
      for (const agent_id of ids) {
        const agent = roster.agent(agent_id);
        if (agent === undefined) continue;
        const { organ_id } = agent.holding;
        this.ports.gone({ agent_id, organ_id, host: me, epoch: agent.epoch, why: 'no_answer' });
      }
    await Promise.all(ids.map((id) => this.ports.agents().dismiss(id)));
    this.fit();
    await records.remove(worker, session.rev);
    return runs;
  }

  /** Ends the workers that have fallen silent; nobody is judged for what this process did not hear. */
  async look(): Promise<void> {
    const { clock } = this.ports;
    const stoodStill = clock.now() - this.#lookedAt > STOOD_STILL_MS;
    this.#lookedAt = clock.now();
    if (stoodStill) this.thawed();
    const silent = [...this.#sessions.values()].filter(({ silentMs }) => silentMs > WORKER_DEAD_MS);
    await Promise.all(silent.map((session) => this.dismiss(session, 'lost')));
    this.fit();
    if (clock.now() - this.#broughtAt > BRING_MS) await this.#bringAgain();
  }

  /** True when no further worker can be kept here. */
  get full(): boolean {
    return this.#sessions.size >= MAX_WORKERS;
  }

  /** Nobody could be heard for a while. */
  thawed(): void {
    for (const session of this.#sessions.values()) session.heard();
  }

  /** Pulls the queue of each skill for as many places as there are; nothing of an organ that is stopped. */
  fit(): void {
    const { queues, pool } = this.ports;
    const places = new Map<string, number>(queues.skills.map((skill) => [skill, 0]));
    for (const { organId, remote, skills } of pool.list()) {
      const [skill] = skills;
      if (remote && skill !== undefined && !this.stopped(organId)) places.set(skill, (places.get(skill) ?? 0) + 1);
    }
    for (const [skill, slots] of places) queues.fit(skill, slots);
  }

  /** True for an organ that begins nothing. */
  stopped(organId: string): boolean {
    return this.ports.roster.organ(organId)?.record.state === 'stopped';
  }

  /** Begins nothing more, lets what runs finish for `graceMs`. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    for (const { claims } of this.#sessions.values()) claims.close();
    await this.ports.queues.drain(graceMs);
  }

  async #bringAgain(): Promise<void> {
    const { records, skills, clock } = this.ports;
    this.#broughtAt = clock.now();
    const names = new Set([...this.#sessions.values()].flatMap(({ record }) => record.skills.map(({ name }) => name)));
    for (const name of names) {
      const known = skills.get(name)?.record;
      if (known !== undefined) await records.declare(name, (now) => now ?? known);
    }
  }

  #holdingsOf({ worker, organ_id, skills }: WorkerRecord): AgentHolding[] {
    const { me, clock } = this.ports;
    const now = new Date(clock.wallMs()).toISOString();
    return skills.flatMap(({ name, concurrency }) =>
      Array.from({ length: concurrency }, (_, place) => ({
        ...{ agent_id: `${name}-${worker}-${place}`, organ_id, worker, host: me, presence: 'ready' as const },
        ...{ skills: [name], specialty: name, created_at: now, held_since: now },
      })),
    );
  }
}
