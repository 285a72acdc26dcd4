import type { Clock } from '@seedcore/protocol';
import { type ClockName, type Due, ranOut } from '../domain/attempt-clocks.ts';
import type { Kill } from '../domain/kill.ts';
import { isTurn, sweepRank } from '../domain/sweep-turn.ts';
import type { Interventions } from './interventions.ts';
import type { LiveAttempt } from './live-attempt.ts';
import type { LiveAttempts } from './live-attempts.ts';
import type { ElsewhereRun, RunningLists } from './running-lists.ts';

/** How often clocks are looked at, in ms. */
export const LOOK_MS = 500;
/** A host that has not told of its runs for longer is itself the question, in ms: two tellings are missing. */
const BEATS_MISSING_MS = 5000;

/** What a sweeper stands on. */
export type SweeperPorts = {
  readonly me: string;
  readonly live: LiveAttempts;
  readonly elsewhere: RunningLists;
  readonly interventions: Interventions;
  /** Replicas heard lately. */
  readonly replicas: () => readonly string[];
  readonly clock: Clock;
  readonly warn: (message: string, cause: unknown) => void;
};

/**
 * Ends runs whose clocks have run out, its own at once and those of others when they do not. It needs no manager and no
 * leader: what it cannot know, the compare-and-set on the record decides.
 */
export class Sweeper {
  readonly #ports: SweeperPorts;
  #lookedAt: number;

  constructor(ports: SweeperPorts) {
    this.#ports = ports;
    this.#lookedAt = ports.clock.now();
  }

  /** Looks at every clock once; resolves when what had to be ended is ended. */
  async look(): Promise<void> {
    const { clock, live, elsewhere } = this.#ports;
    const stoodStill = clock.now() - this.#lookedAt > BEATS_MISSING_MS;
    this.#lookedAt = clock.now();
    const mine = live.running();
    if (stoodStill) for (const attempt of mine) attempt.thawed();
    const acts = [...mine.map((attempt) => this.#own(attempt)), ...elsewhere.all().map((run) => this.#others(run))];
    await Promise.all(acts.map((act) => act.catch((cause: unknown) => this.#ports.warn('a run is not ended', cause))));
  }

  async #own(attempt: LiveAttempt): Promise<void> {
    const { interventions } = this.#ports;
    const { durable, facts, respawn } = attempt.parts;
    const out = ranOut(attempt.due(), { judgeSilence: true });
    if (out === undefined) return;
    if (out.clock !== 'deadline') await interventions.kill(attempt, verdict(out.clock, attempt.due(), respawn));
    else if (durable) await interventions.expire(facts);
    // One in place ends with its call, which has the same deadline.
  }

  async #others(run: ElsewhereRun): Promise<void> {
    const { me, replicas, interventions, elsewhere } = this.#ports;
    const { host, line, due, heardMs } = run;
    const out = ranOut(due, { judgeSilence: heardMs <= BEATS_MISSING_MS });
    if (out === undefined) return;
    const rank = sweepRank(me, { taskId: line.task_id, host, replicas: replicas() });
    if (!isTurn(out.sinceMs, rank)) return;
    const { age_ms, last_segment, respawn } = line;
    if (out.clock === 'deadline') await interventions.expire(line);
    else {
      const remote = { facts: factsOf(line), ageMs: age_ms + heardMs, lastSegment: last_segment };
      await interventions.killRemote(remote, verdict(out.clock, due, respawn));
    }
    elsewhere.forget(host, line.task_id);
  }
}

/** Who is named where no manager judged. */
const SWEEPER = 'sweeper';

const REASONS = {
  run: 'it ran for longer than it may',
  idle: 'no segment for longer than it may, whatever it waits for',
  silent: 'no segment for longer than it may',
} as const;

function verdict(kind: Exclude<ClockName, 'deadline'>, due: Due, respawn: boolean): Kill {
  const over = Math.round(-(due[kind] ?? 0));
  return { kind, reason: `${REASONS[kind]}, by ${over} ms`, by: SWEEPER, respawn: kind !== 'run' || respawn };
}

function factsOf(line: ElsewhereRun['line']) {
  const { task_id, attempt, epoch, organ_id, agent_id, skill, trace_id } = line;
  return { task_id, attempt, epoch, organ_id, agent_id, skill, trace_id };
}
