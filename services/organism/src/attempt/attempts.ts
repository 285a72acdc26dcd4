import type { Outcome, PastRun } from '@seedcore/contracts';
import type { Call, Clock, Degraded } from '@seedcore/protocol';
import type { Latencies } from '../agents/latencies.ts';
import type { LocalAgent } from '../agents/local-agent.ts';
import { buildOutcome, type Ending, type RunFacts } from '../domain/build-outcome.ts';
import { runEndOf, type Verdict } from '../domain/verdict.ts';
import type { Announcements, Services } from '../ports.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { HostNote } from '../skill/skill-host.ts';
import type { Effects } from './effects.ts';
import { runAttempt } from './run-attempt.ts';
import type { Steps } from './steps.ts';

/** What runs of tasks stand on. */
export type AttemptsPorts = {
  readonly clock: Clock;
  readonly services: Services;
  readonly announcements: Announcements;
  readonly latencies: Latencies;
  readonly log: (facts: RunFacts, note: Extract<HostNote, { note: 'log' }>) => void;
  /** Counts a run by how it ended. */
  readonly count: (run: {
    readonly organ: string;
    readonly skill: string;
    readonly end: string;
    readonly ms: number;
  }) => void;
};

/** One run to be made. */
export type AttemptRequest = {
  readonly agent: LocalAgent;
  readonly skill: Skill;
  readonly taskId: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly epoch: number;
  /** On whose behalf: its deadline, trace and chain go along with every call of the skill. */
  readonly call: Call;
  readonly signal: AbortSignal;
  readonly steps: Steps;
  /** What it does to the outside world; without, a skill may do nothing there. */
  readonly effects?: Effects;
  readonly progress?: (now: { readonly pct?: number; readonly note?: string }) => void;
  /** Runs before this one, and how long they took. */
  readonly past: { readonly history: readonly PastRun[]; readonly busyMs: number };
};

/** How a run ended, and the task with it unless it is tried again. */
export type AttemptResult = {
  readonly verdict: Verdict;
  readonly ms: number;
  readonly outcome: Outcome;
  readonly degraded: Degraded | undefined;
};

/** Runs tasks on agents of this process and tells everybody who keeps count. */
export class Attempts {
  readonly #ports: AttemptsPorts;

  constructor(ports: AttemptsPorts) {
    this.#ports = ports;
  }

  /** Runs a skill once on an agent that is already taken. */
  async run(request: AttemptRequest): Promise<AttemptResult> {
    const { announcements, clock } = this.#ports;
    const { agent, skill, taskId, input, attempt, epoch, call, signal } = request;
    const facts = factsOf(request);
    announcements.started(facts);
    const order = { agent, skill, taskId, input, attempt, epoch, idempotencyKey: taskId, leftMs: call.left(), signal };
    const { verdict, ms } = await runAttempt(order, (own) => this.#world(request, facts, own), clock);
    this.#keepCount(request, verdict, ms);
    const degraded: Degraded | undefined =
      verdict.is === 'done' && verdict.degraded !== undefined
        ? { reason: verdict.degraded, source: 'default' }
        : undefined;
    const past = { history: request.past.history, busyMs: request.past.busyMs + ms };
    const outcome = buildOutcome(facts, endingOf(verdict), past);
    announcements.finished(outcome, degraded);
    return { verdict, ms, outcome, degraded };
  }

  #world({ agent, call, steps, effects, progress }: AttemptRequest, facts: RunFacts, signal: AbortSignal) {
    const { services, log } = this.#ports;
    return {
      services,
      steps,
      effects,
      how: { parent: call, signal },
      progress: (now: { readonly pct?: number; readonly note?: string }) => {
        agent.progress = now.pct ?? agent.progress;
        progress?.(now);
      },
      log: (note: Extract<HostNote, { note: 'log' }>) => log(facts, note),
    };
  }

  #keepCount({ agent, skill }: AttemptRequest, verdict: Verdict, ms: number): void {
    const { latencies, count } = this.#ports;
    const end = runEndOf(verdict);
    agent.ledger.finished({ end, quality: qualityOf(verdict) });
    if (end === 'ok') latencies.add({ skill: skill.name, organId: agent.organId, ms });
    count({ organ: agent.organId, skill: skill.name, end, ms });
  }
}

function factsOf({ agent, skill, taskId, attempt, epoch, call }: AttemptRequest): RunFacts {
  return {
    task_id: taskId,
    attempt,
    epoch,
    organ_id: agent.organId,
    agent_id: agent.agentId,
    skill: skill.name,
    trace_id: call.trace.traceId,
  };
}

/** What the checker of the skill said; null where there is none. */
const qualityOf = (verdict: Verdict): number | null => (verdict.is === 'done' ? (verdict.quality ?? null) : null);

function endingOf(verdict: Verdict): Ending {
  if (verdict.is === 'done') return { state: 'succeeded', result: verdict.output, quality: qualityOf(verdict) };
  if (verdict.is === 'stopped') return { state: verdict.kind === 'deadline' ? 'expired' : 'cancelled' };
  const { code, message } = verdict;
  return { state: 'failed', error: { code, message, retryable: verdict.is === 'again' } };
}
