import { type Clock, MeshError, newTrace, OpenCall, parseTraceparent, type Random, ulid } from '@seedcore/protocol';
import { type Ended, type Handler, LetGo, type TaskContext, type Tasks } from '@seedcore/tasks';
import type { AgentPool, Wanted } from '../agents/agent-pool.ts';
import type { BreakerEnd } from '../domain/specialty-breaker.ts';
import { breakerEndOf, type Verdict } from '../domain/verdict.ts';
import type { Skill } from '../skill/define-skill.ts';
import { leftOf } from '../skill/left-behind.ts';
import type { Breakers, Place } from '../supervision/breakers.ts';
import type { AttemptRequest, AttemptResult, Attempts } from './attempts.ts';
import { attemptsAsHistory } from './attempts-as-history.ts';
import { Effects } from './effects.ts';
import { parkFirst } from './park-first.ts';
import { RunFailed } from './run-failed.ts';
import { DurableSteps } from './steps.ts';

/** A probe holds its place for as long as it may run, wait for an agent, and let go; in ms beyond its own time. */
const PROBE_SPARE_MS = 60_000;
/** Looks at a breaker in one attempt, each after a nap that was too short to give the slot away. */
const MAX_LOOKS = 5;

/** How often a task that waits for an agent says so, in ms. */
const WAITING_SIGN_MS = 5000;

/** What the workers of the organs stand on. */
export type HandlerPorts = {
  readonly attempts: Attempts;
  readonly pool: AgentPool;
  readonly breakers: Pick<Breakers, 'admit' | 'ended'>;
  readonly tasks: Pick<Tasks, 'get'>;
  readonly clock: Clock;
  readonly random: Random;
};

/** Runs durable tasks of one organ with one skill, each on an idle agent of this process. */
export function queueHandler({ organId, skill }: { organId: string; skill: Skill }, ports: HandlerPorts): Handler {
  return async (params, context) => {
    const wanted: Wanted = {
      organId,
      skills: [skill.name, ...context.spec.requires],
      taskId: context.id,
      leftMs: context.left(),
      hints: context.spec.hints,
    };
    const place = { organId, specialty: skill.name };
    await parkFirst(skill, { params, context }, ports.clock);
    await awaitBreaker(place, skill, context, ports);
    let end: BreakerEnd = 'neither';
    try {
      const taken = await awaitAgent(wanted, context, ports);
      if (!('agent' in taken)) return noAgent(wanted, taken);
      const result = await runTaken({ agent: taken.agent, skill, input: params }, context, ports);
      end = breakerEndOf(result.verdict);
      return endedBy(result, skill, context);
    } finally {
      ports.breakers.ended(place, context.id, end);
    }
  };
}

/** While the breaker of the skill is open its tasks wait, holding nothing and counting for nothing. */
async function awaitBreaker(place: Place, skill: Skill, context: TaskContext, ports: HandlerPorts): Promise<void> {
  for (let looks = 1; ; looks++) {
    const waitMs = await ports.breakers.admit(place, {
      run: context.id,
      leaseMs: skill.limits.timeoutMs + PROBE_SPARE_MS,
    });
    if (waitMs === undefined) return;
    if (looks > MAX_LOOKS) throw new MeshError('unavailable', { target: skill.name, sent: false, started: false });
    const untilMs = ports.clock.wallMs() + waitMs;
    // The name of the nap tells when it ends: another look means another nap.
    await context.sleep(`breaker_${Math.ceil(untilMs).toString(36)}`, untilMs - ports.clock.wallMs());
  }
}

type TakenRun = Pick<AttemptRequest, 'agent' | 'skill' | 'input'>;

async function runTaken(run: TakenRun, context: TaskContext, ports: HandlerPorts): Promise<AttemptResult> {
  const call = callFor(context, run.skill, ports);
  const release = () => ports.pool.release(run.agent);
  const effects = new Effects((name, how) => context.effect(name, how));
  try {
    const past = await pastOf(context, ports).catch((cause: unknown) => {
      release();
      throw cause;
    });
    const result = await ports.attempts.run({
      ...run,
      ...{ call, past, release, effects },
      taskId: context.id,
      attempt: context.attempt,
      epoch: context.epoch,
      durable: true,
      last: false,
      signal: context.signal,
      correction: context.correction,
      steps: new DurableSteps((name, effect) => context.step(name, effect, { tries: 1 })),
      progress: ({ pct, note }) => context.progress({ note, ...(pct === undefined ? {} : { pct }) }),
    });
    if (effects.unknown !== undefined) throw effects.unknown;
    return result;
  } finally {
    call.end();
  }
}

/** A task of a type this organ has no skill for: an answer, not something to try again. */
export const unknownType: Handler = async (_params, { spec }) => ({
  ok: false,
  failure: { code: 'no_capable_agent', details: { requires: [spec.type], nearest: [] } },
});

async function awaitAgent(wanted: Wanted, context: TaskContext, { pool, clock }: HandlerPorts) {
  const taken = pool.take(wanted);
  if (!('none' in taken) || taken.none === 'incapable') return taken;
  const sign = () => {
    context.progress({ note: 'waiting for an agent' });
    timer = clock.after(WAITING_SIGN_MS, sign);
  };
  let timer = clock.after(0, sign);
  try {
    return await pool.takeOrWait(wanted, context.signal);
  } finally {
    timer.cancel();
  }
}

function noAgent({ skills }: Wanted, taken: Exclude<ReturnType<AgentPool['take']>, { agent: unknown }>): Ended {
  if (taken.none === 'busy')
    throw new RunFailed({ code: 'organ_busy', message: 'too many tasks wait for an agent' }, 1000);
  return {
    ok: false,
    failure: { code: 'no_capable_agent', details: { requires: [...skills], nearest: taken.nearest } },
  };
}

/** The call a durable task makes on nobody's behalf but its own, in the trace it came with. */
function callFor(context: TaskContext, skill: Skill, { clock, random }: HandlerPorts): OpenCall {
  const seed = {
    id: ulid(clock, random),
    target: `organism.${skill.name}`,
    deadlineAt: clock.now() + context.left(),
    trace: parseTraceparent(context.traceparent) ?? newTrace(random),
    chain: [],
    attempt: 1,
    criticality: CRITICALITY[context.spec.priority],
  };
  return new OpenCall(seed, { clock, random });
}

const CRITICALITY = { critical: 'critical', high: 'important', normal: 'important', low: 'optional' } as const;

async function pastOf({ id, attempt }: TaskContext, { tasks }: HandlerPorts) {
  if (attempt <= 1) return { history: [], busyMs: 0 };
  const history = attemptsAsHistory((await tasks.get(id))?.attempts ?? []);
  return { history, busyMs: history.reduce((sum, { ms }) => sum + ms, 0) };
}

function endedBy({ verdict, outcome, degraded, late }: AttemptResult, skill: Skill, { signal }: TaskContext): Ended {
  // The record has told already; its history only hears that something came all the same.
  if (late === 'ok') return { ok: true, value: undefined };
  if (verdict.is === 'done') {
    const ext = leftOf(outcome, verdict);
    return { ok: true, value: outcome, ...(degraded === undefined ? {} : { degraded }), ...(ext && { ext }) };
  }
  if (verdict.is === 'failed') return declared(verdict, skill);
  if (verdict.is === 'stopped') throw signal.aborted ? signal.reason : letGo(verdict);
  throw new RunFailed(verdict, verdict.leastMs);
}

/** Nobody decided over the task: whoever had the run has it no more. */
const letGo = ({ kind }: Extract<Verdict, { is: 'stopped' }>) => new LetGo(kind === 'drain' ? 'handed_back' : 'lost');

type Failed = Extract<Verdict, { is: 'failed' }>;

function declared({ code, message, data }: Failed, skill: Skill): Ended {
  const why = message === code ? {} : { message };
  return {
    ok: false,
    failure: { code, details: { skill: skill.name, ...why, ...(data === undefined ? {} : { data }) } },
  };
}
