import type { organism, PastRun, RunHints, RunTask } from '@seedcore/contracts';
import { type Call, type Clock, delay, fail, MeshError, ok, type Random, type Reply } from '@seedcore/protocol';
import type { AgentPool, Wanted } from '../agents/agent-pool.ts';
import type { LocalAgent } from '../agents/local-agent.ts';
import { respawnDelayMs } from '../domain/respawn.ts';
import { breakerEndOf, pastRun, type Verdict } from '../domain/verdict.ts';
import type { Skill } from '../skill/define-skill.ts';
import { type LeftTo, leftOf, tellLeft } from '../skill/left-behind.ts';
import type { Breakers, Place } from '../supervision/breakers.ts';
import type { AttemptRequest, AttemptResult, Attempts } from './attempts.ts';
import { PassingSteps } from './steps.ts';

/** A probe holds its place for as long as it may run and let go; in ms beyond its own time. */
const PROBE_SPARE_MS = 60_000;

/** What a run in place stands on. */
export type InPlacePorts = {
  readonly attempts: Attempts;
  readonly pool: AgentPool;
  readonly breakers: Breakers;
  readonly clock: Clock;
  readonly random: Random;
  /** Who hears of what a run leaves behind. */
  readonly leftTo: LeftTo;
};

/** A task whose caller waits, and the idle agent that was found for it. */
export type InPlace = {
  readonly task: RunTask & { readonly id: string };
  readonly hints: RunHints;
  readonly skill: Skill;
  readonly wanted: Wanted;
  readonly agent: LocalAgent;
  readonly call: Call;
};

type RunReply = Reply<typeof organism.endpoints.handle_task>;

/** Runs a task while its caller waits: it lives with the call, is tried again like queued work, and leaves no record. */
export async function runInPlace(run: InPlace, ports: InPlacePorts): Promise<RunReply> {
  const steps = new PassingSteps(run.task.id);
  const history: PastRun[] = [];
  const place = { organId: run.wanted.organId, specialty: run.skill.name };
  let busyMs = 0;
  let agent = run.agent;
  let correction: unknown;
  for (let attempt = 1; ; attempt++) {
    const last = attempt >= run.hints.max_runs;
    const past = { history: [...history], busyMs };
    const result = await once({ ...run, agent }, { attempt, last, steps, correction, past }, ports);
    const { verdict, ms } = result;
    ports.breakers.ended(place, run.task.id, breakerEndOf(verdict));
    if (verdict.is !== 'again') return replyTo(run, verdict, await told(result, ports));
    history.push(pastRun(attempt, verdict, ms));
    busyMs += ms;
    const pauseMs = respawnDelayMs(attempt, ports.random.next(), verdict.leastMs);
    correction = result.correction;
    if (last || pauseMs >= run.call.left()) return exhausted(run, history, verdict);
    await delay(ports.clock, pauseMs, run.call.signal);
    const closedMs = await admitted(run, ports);
    if (closedMs !== undefined) return specialtyOpen(place, closedMs);
    const taken = await ports.pool.takeOrWait(run.wanted, run.call.signal);
    if (!('agent' in taken)) return exhausted(run, history, verdict);
    agent = taken.agent;
  }
}

/** Asks for a run; how long the breaker of the skill stays closed to it, in ms, when it may not begin. */
export const admitted = (
  { skill, wanted, task }: Pick<InPlace, 'skill' | 'wanted' | 'task'>,
  { breakers }: Pick<InPlacePorts, 'breakers'>,
): Promise<number | undefined> =>
  breakers.admit(
    { organId: wanted.organId, specialty: skill.name },
    { run: task.id, leaseMs: skill.limits.timeoutMs + PROBE_SPARE_MS },
  );

/** The answer of a skill that has failed too often. */
export const specialtyOpen = ({ organId, specialty }: Place, waitMs: number): RunReply =>
  fail('specialty_open', { organ_id: organId, specialty, retry_after_ms: Math.ceil(waitMs) });

type Turn = Pick<AttemptRequest, 'attempt' | 'last' | 'steps' | 'correction' | 'past'>;

function once(
  { task, skill, agent, call }: InPlace,
  turn: Turn,
  { attempts, pool }: InPlacePorts,
): Promise<AttemptResult> {
  return attempts.run({
    agent,
    skill,
    taskId: task.id,
    input: task.params,
    epoch: agent.epoch,
    durable: false,
    call,
    signal: call.signal,
    release: () => pool.release(agent),
    ...turn,
  });
}

/** There is no record that would bring back what cannot be told now: the answer says so. */
async function told(result: AttemptResult, { leftTo }: InPlacePorts): Promise<AttemptResult> {
  const { verdict, outcome } = result;
  const ext = verdict.is === 'done' ? leftOf(outcome, verdict) : undefined;
  if (ext === undefined) return result;
  try {
    await tellLeft({ id: outcome.task_id, epoch: outcome.epoch, ext }, leftTo);
    return result;
  } catch (cause) {
    if (!(cause instanceof MeshError)) throw cause;
    return { ...result, degraded: { reason: `not all it left was told and kept: ${cause.code}`, source: 'default' } };
  }
}

function replyTo({ skill, call }: InPlace, verdict: Verdict, { outcome, degraded }: AttemptResult): RunReply {
  if (verdict.is === 'done') return ok(outcome, degraded);
  if (verdict.is === 'failed') {
    const { code, message, data } = verdict;
    return fail('skill_failed', { skill: skill.name, code, message, ...(data === undefined ? {} : { data }) });
  }
  if (call.signal.aborted) throw call.signal.reason;
  throw new MeshError('unavailable', {
    target: 'organism',
    message: 'whoever ran it is gone, or going',
    started: true,
  });
}

function exhausted({ task }: InPlace, history: PastRun[], verdict: Extract<Verdict, { is: 'again' }>): RunReply {
  const { code, message } = verdict;
  return fail('attempts_exhausted', { task_id: task.id, history, last: { code, message, retryable: true } });
}
