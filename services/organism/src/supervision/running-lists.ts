import type { RunningLine } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Due } from '../domain/attempt-clocks.ts';
import type { LiveAttempt } from './live-attempt.ts';

/** Most runs one process tells of; those beyond are watched by itself alone. */
export const MAX_TOLD = 500;
/** Most processes listened to. */
const MAX_HOSTS = 256;

/** A run of another process, and how its clocks stand now. */
export type ElsewhereRun = {
  readonly host: string;
  readonly line: RunningLine;
  readonly due: Due;
  /** Since its host last told of it, in ms. */
  readonly heardMs: number;
};

type Heard = { readonly at: number; readonly runs: readonly RunningLine[] };

/** What other processes run, as each last told: the newest list of a host is all there is of it. */
export class RunningLists {
  readonly #clock: Clock;
  readonly #hosts = new Map<string, Heard>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A host has told what it runs. */
  heard(instance: string, runs: readonly RunningLine[]): void {
    this.#hosts.delete(instance);
    if (runs.length > 0) this.#hosts.set(instance, { at: this.#clock.now(), runs });
    const oldest = this.#hosts.size > MAX_HOSTS ? this.#hosts.keys().next().value : undefined;
    if (oldest !== undefined) this.#hosts.delete(oldest);
  }

  /** Nothing more is to be done about a run. */
  forget(host: string, taskId: string): void {
    const heard = this.#hosts.get(host);
    if (heard === undefined) return;
    const runs = heard.runs.filter(({ task_id }) => task_id !== taskId);
    if (runs.length === 0) this.#hosts.delete(host);
    else this.#hosts.set(host, { ...heard, runs });
  }

  /** Every run elsewhere. */
  all(): ElsewhereRun[] {
    const now = this.#clock.now();
    return [...this.#hosts].flatMap(([host, { at, runs }]) =>
      runs.map((line) => ({ host, line, heardMs: now - at, due: dueOf(line.due, now - at) })),
    );
  }

  /** The run an agent has elsewhere. */
  ofAgent(agentId: string): ElsewhereRun | undefined {
    return this.all().find(({ line }) => line.agent_id === agentId);
  }
}

/** A durable run of this process, as others are told of it. */
export function lineOf(attempt: LiveAttempt): RunningLine {
  const { facts, respawn } = attempt.parts;
  const { silent, idle, run, deadline } = attempt.due();
  return {
    ...facts,
    age_ms: Math.round(attempt.ageMs),
    respawn,
    last_segment: attempt.lastSegment,
    segments: attempt.segments,
    due: { silent_ms: silent ?? null, idle_ms: idle ?? null, run_ms: run, deadline_ms: deadline ?? null },
  };
}

function dueOf({ silent_ms, idle_ms, run_ms, deadline_ms }: RunningLine['due'], agoMs: number): Due {
  return {
    run: run_ms - agoMs,
    ...(silent_ms === null ? {} : { silent: silent_ms - agoMs }),
    ...(idle_ms === null ? {} : { idle: idle_ms - agoMs }),
    ...(deadline_ms === null ? {} : { deadline: deadline_ms - agoMs }),
  };
}
