import type { Clock, Random } from '@seedcore/protocol';
import type { SkillEnd } from '../domain/skill-end.ts';
import { StandingLedger } from '../domain/standing-ledger.ts';
import type { Isolate, RunPorts } from '../isolate/isolate.ts';
import { programOf, type Skill } from '../skill/define-skill.ts';
import { runInline } from '../skill/run-inline.ts';
import type { RunOrder } from '../skill/skill-host.ts';
import { Pulse } from './pulse.ts';

/** Where an agent runs skills that are not trusted with the loop of the service. */
export type Isolates = { readonly thread: Isolate; readonly process: Isolate };

/** Where an agent runs skills of one kind. */
export type Place = Pick<Isolate, 'run' | 'ping' | 'alive' | 'stuck' | 'close'>;

/** The place an agent has with a worker, which takes work when it asks for it. */
export type RemotePlace = Place & {
  /** True while the worker asks for work that nobody has promised it yet. */
  readonly ready: boolean;
  /** Promises it the work that comes next. */
  promise(): void;
  /** What was promised, and not given since, does not come. */
  release(): void;
};

/** What a local agent is made of. */
export type LocalAgentParts = {
  readonly agentId: string;
  readonly organId: string;
  readonly epoch: number;
  readonly skills: readonly string[];
  /** What its organ has taught it since. */
  readonly learnt?: () => readonly string[];
  readonly specialty: string | null;
  readonly isolates: Isolates | { readonly remote: RemotePlace };
  readonly clock: Clock;
  readonly random: Random;
  /** How it has fared, when this process has had it before. */
  readonly ledger?: StandingLedger;
};

/** An agent this process hosts: its isolates, its standing, and the one run it may have. */
export class LocalAgent {
  readonly agentId: string;
  readonly organId: string;
  readonly epoch: number;
  readonly specialty: string | null;
  readonly ledger: StandingLedger;
  readonly pulse: Pulse;
  readonly #parts: LocalAgentParts;
  readonly #places: Readonly<Partial<Record<string, Place>>>;
  readonly #remote: RemotePlace | undefined;
  /** Task under way; undefined while idle. */
  taskId: string | undefined;
  /** How far it is, 0 to 1; undefined when it does not say. */
  progress: number | undefined;
  /** Since when it has had nothing to do, in ms of the wall clock; undefined while busy. */
  idleSince: number | undefined;

  constructor(parts: LocalAgentParts) {
    this.agentId = parts.agentId;
    this.organId = parts.organId;
    this.epoch = parts.epoch;
    this.specialty = parts.specialty;
    this.ledger = parts.ledger ?? new StandingLedger();
    this.#places = parts.isolates;
    this.#remote = 'remote' in parts.isolates ? parts.isolates.remote : undefined;
    this.pulse = new Pulse(parts.clock, Object.values<Place>(parts.isolates));
    this.idleSince = parts.clock.wallMs();
    this.#parts = parts;
  }

  /** What it can do now. */
  get skills(): readonly string[] {
    const { skills, learnt } = this.#parts;
    return learnt === undefined ? skills : [...skills, ...learnt()];
  }

  get busy(): boolean {
    return this.taskId !== undefined;
  }

  /** True when it is a place of a worker. */
  get remote(): boolean {
    return this.#remote !== undefined;
  }

  /** True when it could begin at once: a thread always can, a worker while it asks. */
  get ready(): boolean {
    return this.#remote?.ready ?? true;
  }

  /** Threads and processes it has now, and those it had to leave behind. */
  get threads(): { readonly alive: number; readonly stuck: number } {
    const all = Object.values<Place>(this.#parts.isolates);
    return {
      alive: all.filter(({ alive }) => alive).length,
      stuck: all.reduce((sum, { stuck }) => sum + stuck, 0),
    };
  }

  /** Takes up a task. */
  begin(taskId: string): void {
    this.taskId = taskId;
    this.progress = undefined;
    this.idleSince = undefined;
    this.#remote?.promise();
  }

  /** Has nothing to do any more. */
  rest(): void {
    this.taskId = undefined;
    this.progress = undefined;
    this.idleSince = this.#parts.clock.wallMs();
    this.#remote?.release();
  }

  /** Runs a skill where its declaration says. */
  async run(skill: Skill, order: RunOrder, ports: RunPorts): Promise<SkillEnd> {
    const { sources, isolation } = skill;
    if (isolation !== 'inline') {
      const place = this.#places[isolation];
      if (place !== undefined) return place.run(skill, { ...order, sources }, ports);
      const message = `${this.agentId} has no place for ${skill.name}, which runs ${isolation}`;
      return { end: 'defect', code: 'no_place', message, retryable: true };
    }
    const { clock, random } = this.#parts;
    ports.started();
    return runInline(programOf(skill), order, { ...ports, clock, random });
  }

  /** Ends its threads. */
  close(): void {
    for (const place of Object.values<Place>(this.#parts.isolates)) place.close();
  }
}
