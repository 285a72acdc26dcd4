import type { InterventionRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import { Rounds } from '../agents/rounds.ts';
import type { Kill } from '../domain/kill.ts';
import type { BreakerRecords, Journal, WatchWire } from '../ports.ts';
import { Breakers } from './breakers.ts';
import { Interventions } from './interventions.ts';
import type { LiveAttempt } from './live-attempt.ts';
import { LiveAttempts } from './live-attempts.ts';
import type { WatchedRun } from './managers/manager-ports.ts';
import { lineOf, MAX_TOLD, RunningLists } from './running-lists.ts';
import { StopAgent } from './stop-agent.ts';
import { LOOK_MS, Sweeper } from './sweeper.ts';

/** How often others are told what runs here, in ms. */
const TELL_MS = 2000;

/** What watching runs stands on. */
export type SupervisionPorts = {
  readonly me: string;
  readonly tasks: Pick<Tasks, 'replace'>;
  readonly journal: Journal;
  readonly breakers: BreakerRecords;
  readonly wire: WatchWire;
  readonly clock: Clock;
  /** Replicas heard lately. */
  readonly replicas: () => readonly string[];
  /** True for an agent that lives here. */
  readonly hosts: (agentId: string) => boolean;
  readonly count: (kill: Kill) => void;
  /** Writes the line of an intervention. */
  readonly line: (record: InterventionRecord) => void;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Everything that watches runs: their clocks, whoever asks for their end, and what is remembered of it. */
export class Supervision {
  readonly live = new LiveAttempts();
  readonly breakers: Breakers;
  readonly stopAgent: StopAgent;
  readonly interventions: Interventions;
  readonly #ports: SupervisionPorts;
  readonly #elsewhere: RunningLists;
  readonly #rounds: readonly Rounds[];
  #told = 0;

  constructor(ports: SupervisionPorts) {
    const { wire, clock, warn, me, replicas } = ports;
    this.#ports = ports;
    const elsewhere = new RunningLists(clock);
    this.#elsewhere = elsewhere;
    const tell = (record: InterventionRecord) => {
      ports.line(record);
      wire.intervened(record);
    };
    this.interventions = new Interventions({ ...ports, tell });
    this.breakers = new Breakers({ records: ports.breakers, clock, moved: wire.breaker, warn });
    const parts = { me, live: this.live, elsewhere, interventions: this.interventions, clock, warn };
    this.stopAgent = new StopAgent({ ...parts, wire, hosts: ports.hosts });
    const sweeper = new Sweeper({ ...parts, replicas });
    wire.onRunning((instance, runs) => elsewhere.heard(instance, runs));
    this.#rounds = [
      new Rounds(clock, LOOK_MS, { round: () => sweeper.look(), failed: (cause) => warn('sweeping failed', cause) }),
      new Rounds(clock, TELL_MS, { round: () => this.#tell(), failed: (cause) => warn('telling failed', cause) }),
    ];
  }

  /** Begins; resolves when the breakers there are have been heard of. */
  async start(): Promise<void> {
    await this.breakers.start();
    for (const rounds of this.#rounds) rounds.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#rounds.map((rounds) => rounds.stop()));
  }

  /** Every durable run there is, as far as it is known here. */
  durableRuns(): WatchedRun[] {
    const here = this.live.running().filter(({ parts }) => parts.durable);
    return [
      ...here.map((attempt) => ({ line: lineOf(attempt), ageMs: attempt.ageMs })),
      ...this.#elsewhere.all().map(({ line, heardMs }) => ({ line, ageMs: line.age_ms + heardMs })),
    ];
  }

  /** Ends a run of this process, if nobody else has; nobody waits for it. */
  kill(attempt: LiveAttempt, kill: Kill): void {
    const held = this.interventions.kill(attempt, kill);
    held.catch((cause: unknown) => this.#ports.warn('a run is not ended', cause));
  }

  /** Says nothing as long as nothing runs; the last list is an empty one. */
  async #tell(): Promise<void> {
    const runs = this.live.running().filter(({ parts }) => parts.durable);
    if (runs.length > 0 || this.#told > 0) this.#ports.wire.running(runs.slice(0, MAX_TOLD).map(lineOf));
    this.#told = runs.length;
  }
}
