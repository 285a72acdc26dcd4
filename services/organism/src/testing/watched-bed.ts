import type { InterventionRecord } from '@seedcore/contracts';
import { SeededRandom } from '@seedcore/protocol/testing';
import { openMetrics } from '@seedcore/runtime';
import { type MemoryTasks, TaskBench } from '@seedcore/tasks/testing';
import { breakersAsset, StoreBreakers } from '../adapters/store-breakers.ts';
import { storeJournal } from '../adapters/store-journal.ts';
import { segmentsStream, storeSegments } from '../adapters/store-segments.ts';
import { AgentPool } from '../agents/agent-pool.ts';
import { Latencies } from '../agents/latencies.ts';
import { LocalAgent } from '../agents/local-agent.ts';
import { OrganQueues } from '../agents/organ-queues.ts';
import { Attempts } from '../attempt/attempts.ts';
import { queueHandler } from '../attempt/queue-handler.ts';
import { endingOf } from '../domain/task-ending.ts';
import type { StopWish, WatchWire } from '../ports.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { Segments } from '../supervision/managers/manager-ports.ts';
import { Supervision } from '../supervision/supervision.ts';
import { supervisionMetrics } from '../supervision-metrics.ts';
import { loopbackIsolates } from './loopback.ts';
import { ManagerBus } from './manager-bus.ts';

/** The organ all agents of a bed belong to. */
export const ORGAN = 'o';

/** Several replicas at one broker in memory, with agents that run given skills, and all that is told and counted. */
export class WatchedBed extends TaskBench {
  readonly told: InterventionRecord[] = [];
  readonly moved: string[] = [];
  readonly counted: string[] = [];
  readonly warned: string[] = [];
  readonly managers = new ManagerBus();
  readonly #wires = new Set<Wire>();

  /** One more replica with `agents` agents; a `dead` wire hears and says nothing any more. */
  async replica(name: string, skills: readonly Skill[], agents: number): Promise<Replica> {
    const durable = this.process(name);
    await this.passing(durable.tasks.provision());
    await this.passing(durable.store.provision([breakersAsset, segmentsStream]));
    const wire = new Wire(name, this.#wires, this);
    this.#wires.add(wire);
    const replica = new Replica({ name, durable, wire, bed: this, skills, agents });
    await this.passing(replica.start());
    return replica;
  }

  names(): readonly string[] {
    return [...this.#wires].map(({ name }) => name);
  }
}

type Parts = {
  readonly name: string;
  readonly durable: MemoryTasks;
  readonly wire: Wire;
  readonly bed: WatchedBed;
  readonly skills: readonly Skill[];
  readonly agents: number;
};

/** One replica of a bed. */
export class Replica {
  readonly pool = new AgentPool(() => undefined);
  readonly supervision: Supervision;
  readonly attempts: Attempts;
  readonly queues: OrganQueues;
  readonly durable: MemoryTasks;
  readonly segments: Segments;
  readonly metrics = openMetrics();
  readonly watched = supervisionMetrics(this.metrics);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    const { name, durable, wire, bed, skills } = parts;
    const { clock } = bed;
    this.#parts = parts;
    this.durable = durable;
    this.segments = storeSegments(durable.store);
    durable.tasks.onEnd((end) => this.watched.taskEnded(end));
    const warn = (message: string, cause: unknown) => bed.warned.push(`${name}: ${message}: ${String(cause)}`);
    this.supervision = new Supervision({
      ...{ clock, wire, warn, me: name, tasks: durable.tasks },
      journal: storeJournal(durable.store),
      breakers: new StoreBreakers(durable.store),
      replicas: () => bed.names(),
      hosts: (agentId) => this.pool.get(agentId) !== undefined,
      count: (kill) => {
        bed.counted.push(`killed ${kill.kind}`);
        this.watched.killed(kill);
      },
      line: () => undefined,
    });
    this.attempts = new Attempts({
      clock,
      services: {
        call: () => Promise.reject(new Error('no service here')),
        survey: () => Promise.reject(new Error('')),
      },
      web: { fetch: () => Promise.reject(new Error('no web here')) },
      memories: {
        item: () => Promise.reject(new Error('no memory here')),
        search: () => Promise.reject(new Error('no memory here')),
      },
      announcements: {
        started: ({ agent_id: agentId, task_id: taskId, attempt }) =>
          bed.managers.started({ agentId, taskId, attempt }),
        finished: ({ agent_id: agentId, task_id: taskId, ...outcome }) =>
          bed.managers.ended({ agentId, taskId, ending: endingOf(outcome), ms: outcome.usage.busy_ms }),
      },
      latencies: new Latencies(clock),
      live: this.supervision.live,
      kill: (attempt, kill) => this.supervision.kill(attempt, kill),
      log: () => undefined,
      count: ({ end }) => bed.counted.push(`ended ${end}`),
      spawned: (run) => {
        bed.counted.push(run.again ? 'respawned' : 'spawned');
        this.watched.spawned(run);
      },
      late: (outcome) => {
        bed.counted.push(`late ${outcome}`);
        this.watched.late(outcome);
      },
      tellSegment: (segment) => this.segments.tell(segment),
    });
    const random = new SeededRandom(7);
    const ports = {
      ...{ clock, random, pool: this.pool, attempts: this.attempts },
      ...{ breakers: this.supervision.breakers, tasks: durable.tasks },
    };
    const handlers = Object.fromEntries(
      skills.map((skill) => [skill.name, queueHandler({ organId: ORGAN, skill }, ports)]),
    );
    this.queues = new OrganQueues({ tasks: durable.tasks, handlers: () => handlers });
  }

  async start(): Promise<void> {
    const { name, agents, skills, bed } = this.#parts;
    await this.supervision.start();
    for (let n = 0; n < agents; n++)
      this.pool.add(
        new LocalAgent({
          agentId: `${name}_${n}`,
          organId: ORGAN,
          epoch: 1,
          skills: skills.map((skill) => skill.name),
          specialty: null,
          isolates: loopbackIsolates(bed.clock),
          clock: bed.clock,
          random: new SeededRandom(1),
        }),
      );
    this.queues.resize(ORGAN, agents);
  }

  get name(): string {
    return this.#parts.name;
  }

  /** True once it stands still for good. */
  get dead(): boolean {
    return this.#parts.wire.dead;
  }

  /** It hears no wish of others that a run be ended. */
  deafen(): void {
    this.#parts.wire.deaf = true;
  }

  /** The process stands still for good: it says nothing, hears nothing, and none of its calls returns. */
  async freeze(): Promise<void> {
    this.#parts.wire.dead = true;
    this.durable.store.broker.die();
    await this.supervision.stop();
  }
}

/** What replicas of a bed tell each other. */
class Wire implements WatchWire {
  readonly name: string;
  dead = false;
  deaf = false;
  readonly #all: ReadonlySet<Wire>;
  readonly #bed: WatchedBed;
  #onRunning: Parameters<WatchWire['onRunning']>[0] = () => undefined;
  #onWanted: (wish: StopWish) => void = () => undefined;
  #onAnswered: Parameters<WatchWire['onStopAnswered']>[0] = () => undefined;

  constructor(name: string, all: ReadonlySet<Wire>, bed: WatchedBed) {
    this.name = name;
    this.#all = all;
    this.#bed = bed;
  }

  running(runs: Parameters<WatchWire['running']>[0]): void {
    for (const wire of this.#others()) wire.#onRunning(this.name, runs);
  }

  onRunning(listener: Parameters<WatchWire['onRunning']>[0]): void {
    this.#onRunning = listener;
  }

  wantStop(wish: StopWish): void {
    for (const wire of this.#others()) if (!wire.deaf) wire.#onWanted(wish);
  }

  onStopWanted(listener: (wish: StopWish) => void): void {
    this.#onWanted = listener;
  }

  answerStop(answer: Parameters<WatchWire['answerStop']>[0]): void {
    for (const wire of this.#others()) wire.#onAnswered(answer);
  }

  onStopAnswered(listener: Parameters<WatchWire['onStopAnswered']>[0]): void {
    this.#onAnswered = listener;
  }

  intervened(record: InterventionRecord): void {
    this.#bed.told.push(record);
    this.#bed.managers.intervened(record.intern_id, record.kind);
  }

  breaker: WatchWire['breaker'] = (place, to) => {
    this.#bed.moved.push(`${place.specialty} ${to}`);
  };

  #others(): Wire[] {
    return this.dead ? [] : [...this.#all].filter((wire) => wire !== this && !wire.dead);
  }
}
