import type { Outcome, PastRun, RunSegment, StoppedBy } from '@seedcore/contracts';
import type { Call, Clock, Degraded } from '@seedcore/protocol';
import type { Latencies } from '../agents/latencies.ts';
import type { LocalAgent } from '../agents/local-agent.ts';
import { limitsOf } from '../domain/attempt-clocks.ts';
import { buildOutcome, type Ending, type RunFacts } from '../domain/build-outcome.ts';
import { termsOf } from '../domain/growth/task-terms.ts';
import type { Correction, Kill } from '../domain/kill.ts';
import { runSegment } from '../domain/run-segment.ts';
import type { Late, SkillEnd } from '../domain/skill-end.ts';
import { killedVerdict, runEndOf, type Verdict, verdictOf } from '../domain/verdict.ts';
import type { Memories } from '../memory/memories.ts';
import type { Announcements, Services } from '../ports.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { HostNote } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import type { LiveAttempt, LiveParts } from '../supervision/live-attempt.ts';
import type { LiveAttempts } from '../supervision/live-attempts.ts';
import type { Web } from '../web/web.ts';
import type { AttemptWorld, RunProgress } from './attempt-host.ts';
import type { Effects } from './effects.ts';
import { runAttempt } from './run-attempt.ts';
import type { Steps } from './steps.ts';

/** What runs of tasks stand on. */
export type AttemptsPorts = {
  readonly clock: Clock;
  readonly services: Services;
  readonly web: Web;
  readonly memories: Pick<Memories, 'item' | 'search'>;
  readonly announcements: Pick<Announcements, 'started' | 'finished'>;
  readonly latencies: Latencies;
  readonly live: LiveAttempts;
  /** Age of a run before which its silence does not count, in ms; left out: 30 s. */
  readonly warmUpMs?: number;
  /** Ends a run of this process, if nobody else has. */
  readonly kill: (attempt: LiveAttempt, kill: Kill) => void;
  readonly log: (facts: RunFacts, note: Extract<HostNote, { note: 'log' }>) => void;
  /** Counts a run by how it ended. */
  readonly count: (run: {
    readonly organ: string;
    readonly skill: string;
    readonly end: string;
    readonly ms: number;
    readonly attempt: number;
  }) => void;
  /** Counts one that begins, and whether it repeats one that failed. */
  readonly spawned: (run: { readonly again: boolean }) => void;
  /** Tells everybody what a run said. */
  readonly tellSegment: (segment: RunSegment) => void;
  /** Counts what a run brought after it had been ended. */
  readonly late: (what: Late) => void;
};

/** One run to be made. */
export type AttemptRequest = {
  readonly agent: LocalAgent;
  readonly skill: Skill;
  readonly taskId: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly epoch: number;
  /** True when a task record tells of it. */
  readonly durable: boolean;
  /** True when no other run may follow. */
  readonly last: boolean;
  /** On whose behalf: its deadline, trace and chain go along with every call of the skill. */
  readonly call: Call;
  readonly signal: AbortSignal;
  readonly steps: Steps;
  /** What it does to the outside world; without, a skill may do nothing there. */
  readonly effects?: Effects;
  readonly progress?: (now: RunProgress) => void;
  /** What the run before did wrong, when it was ended by whoever watches it. */
  readonly correction: unknown;
  /** Runs before this one, and how long they took. */
  readonly past: { readonly history: readonly PastRun[]; readonly busyMs: number };
  /** Called when the agent is free of it, which may be later than its end. */
  readonly release: () => void;
};

/** How a run ended, and the task with it unless it is tried again. */
export type AttemptResult = {
  readonly verdict: Verdict;
  readonly ms: number;
  readonly outcome: Outcome;
  readonly degraded: Degraded | undefined;
  /** What the next run is to know of it. */
  readonly correction?: Correction;
  /** What it brought after it had been ended. */
  readonly late?: Late;
};

/** A run under way. */
type Running = { readonly request: AttemptRequest; readonly facts: RunFacts; readonly live: LiveAttempt };

/** Runs tasks on agents of this process and tells everybody who keeps count. */
export class Attempts {
  readonly #ports: AttemptsPorts;

  constructor(ports: AttemptsPorts) {
    this.#ports = ports;
  }

  /**
   * Runs a skill once on an agent that is already taken. One in place that is ended by a verdict resolves at once; one of a
   * queue, whose record has told by then, when its thread is free.
   */
  async run(request: AttemptRequest): Promise<AttemptResult> {
    const { announcements, spawned, live: attempts } = this.#ports;
    const facts = factsOf(request);
    const live = attempts.begin(livePartsOf(request, facts, this.#ports));
    const running = { request, facts, live };
    spawned({ again: isAgain(request) });
    announcements.started(facts);
    const killed = live.killed.then((kill) => this.#killed(running, kill));
    const ended = this.#toItsEnd(running, killed);
    return request.durable ? ended : Promise.race([killed, ended]);
  }

  /** Also when it was ended by a verdict: only then may its agent have other work. */
  async #toItsEnd(running: Running, killed: Promise<AttemptResult>): Promise<AttemptResult> {
    const { request, live } = running;
    let by: StoppedBy = 'agent';
    try {
      const end = await runAttempt(this.#orderOf(running), live, this.#ports.clock);
      if (end.end === 'stopped') by = end.by;
      if (await live.over()) return this.#ended(running, verdictOf(end, stopOf(live)));
      const late = lateOf(end);
      if (late !== undefined) this.#ports.late(late);
      return { ...(await killed), ...(late === undefined ? {} : { late }) };
    } finally {
      this.#ports.live.end(live);
      request.release();
      live.gone(by);
    }
  }

  #killed(running: Running, kill: Kill): AttemptResult {
    return { ...this.#ended(running, killedVerdict(kill)), correction: running.live.correction(kill) };
  }

  #ended({ request, facts, live }: Running, verdict: Verdict): AttemptResult {
    const ms = live.ageMs;
    this.#keepCount(request, verdict, ms);
    const degraded: Degraded | undefined =
      verdict.is === 'done' && verdict.degraded !== undefined
        ? { reason: verdict.degraded, source: 'default' }
        : undefined;
    const past = { history: request.past.history, busyMs: request.past.busyMs + ms };
    const outcome = buildOutcome(facts, endingOf(verdict), past);
    // One that was fenced is another's by now, who tells how it ended.
    if (verdict.is !== 'stopped' || verdict.kind !== 'fenced') this.#ports.announcements.finished(outcome, degraded);
    return { verdict, ms, outcome, degraded };
  }

  #orderOf({ request, live, facts }: Running) {
    const { agent, skill, taskId, input, attempt, epoch, call, signal, correction } = request;
    const { timeoutMs } = skill.limits;
    const overran: Kill = {
      kind: 'run',
      reason: `it ran for longer than ${timeoutMs} ms`,
      by: 'sweeper',
      respawn: skill.respawn,
    };
    return {
      ...{ agent, skill, taskId, input, attempt, epoch, signal, idempotencyKey: taskId, leftMs: call.left() },
      durable: request.durable,
      ...(correction === undefined ? {} : { correction }),
      world: this.#worldOf({ request, live, facts }),
      overran: () => this.#ports.kill(live, overran),
    };
  }

  #worldOf({ request, live, facts }: Running): AttemptWorld {
    const { services, web, memories, log } = this.#ports;
    const { steps, effects, call, agent } = request;
    return {
      ...{ services, web, memories, agentId: agent.agentId },
      steps,
      effects,
      how: { parent: call, signal: live.signal },
      fenced: () => live.fenced,
      calling: () => live.calling(),
      progress: (now) => this.#segment({ request, live, facts }, now),
      log: (note) => log(facts, note),
    };
  }

  #segment({ request: { agent, progress }, live, facts }: Running, now: RunProgress): void {
    if (live.fenced) return;
    agent.progress = now.pct ?? agent.progress;
    progress?.(now);
    const loop = live.segment(now);
    this.#ports.tellSegment(runSegment(facts, { seq: live.segments, at_ms: Math.round(live.ageMs) }, now));
    if (loop === undefined) return;
    const { why: reason, evidence } = loop;
    this.#ports.kill(live, { kind: 'repeat', reason, evidence, by: 'repeats', respawn: true });
  }

  #keepCount({ agent, skill, attempt, input }: AttemptRequest, verdict: Verdict, ms: number): void {
    const { latencies, count, clock } = this.#ports;
    const end = runEndOf(verdict);
    // That a person ended it says nothing about the agent.
    const manual = 'kind' in verdict && verdict.kind === 'manual';
    if (!manual) {
      const about = { skill: skill.name, role: skill.role, terms: termsOf(skill.name, input) };
      agent.ledger.finished({ ...about, end, quality: qualityOf(verdict), ms, atMs: clock.wallMs() });
    }
    if (end === 'ok') latencies.add({ skill: skill.name, organId: agent.organId, ms });
    count({ organ: agent.organId, skill: skill.name, end, ms, attempt });
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

function livePartsOf(
  { skill, durable, last, call }: AttemptRequest,
  facts: RunFacts,
  { clock, warmUpMs }: Pick<AttemptsPorts, 'clock' | 'warmUpMs'>,
): LiveParts {
  const { respawn, repeatable, graceMs } = skill;
  const limits = limitsOf(skill.limits);
  const about = { facts, durable, last, respawn, repeatable, graceMs, limits };
  return { ...about, deadlineAt: call.deadlineAt, clock, warmUpMs };
}

/** True when the run before it failed, and did not merely come to be handed over. */
function isAgain({ past }: AttemptRequest): boolean {
  const before = past.history.at(-1)?.outcome;
  return before === 'error' || before === 'killed' || before === 'timeout';
}

const stopOf = ({ signal }: LiveAttempt) => (signal.reason instanceof Stopped ? signal.reason.kind : undefined);

/** What a skill brought after its run had been ended; being told to stop and doing so is nothing. */
function lateOf(end: SkillEnd): Late | undefined {
  if (end.end === 'stopped') return end.late;
  if (end.end === 'let_go') return undefined;
  return end.end === 'ok' ? 'ok' : 'error';
}

/** What the checker of the skill said; null where there is none. */
const qualityOf = (verdict: Verdict): number | null => (verdict.is === 'done' ? (verdict.quality ?? null) : null);

function endingOf(verdict: Verdict): Ending {
  if (verdict.is === 'done') return { state: 'succeeded', result: verdict.output, quality: qualityOf(verdict) };
  if (verdict.is === 'stopped') return { state: verdict.kind === 'deadline' ? 'expired' : 'cancelled' };
  const { code, message } = verdict;
  return { state: 'failed', error: { code, message, retryable: verdict.is === 'again' } };
}
