import type { Clock } from '@seedcore/protocol';
import type { LocalAgent } from '../agents/local-agent.ts';
import { type Verdict, verdictOf } from '../domain/verdict.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { RunOrder } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import { type AttemptWorld, attemptHost } from './attempt-host.ts';
import { stopKindOf } from './stop-kind.ts';

/** Longest start of a thread or process, in ms; its skill's own limit counts from when it begins. */
const START_LIMIT_MS = 30_000;

/** One run of a task by one agent. */
export type AttemptOrder = Omit<RunOrder, 'skill' | 'leftMs'> & {
  readonly skill: Skill;
  readonly agent: Pick<LocalAgent, 'run'>;
  /** Time the task has left, in ms. */
  readonly leftMs: number;
  /** Whoever decides over the task: its caller, or the worker of its queue. */
  readonly signal: AbortSignal;
};

/** What came of it, and how long it took. */
export type AttemptEnd = { readonly verdict: Verdict; readonly ms: number };

/** Everything a run reaches, once its signal exists. */
export type WorldOf = (signal: AbortSignal) => AttemptWorld;

/** Runs a skill once on an agent: bounded by the skill's own limit, the task's time and whoever decides over it. */
export async function runAttempt(order: AttemptOrder, world: WorldOf, clock: Clock): Promise<AttemptEnd> {
  const { skill, agent, signal, leftMs, ...rest } = order;
  const own = new AbortController();
  const onAbort = () => own.abort(new Stopped(stopKindOf(signal.reason)));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const timeOutIn = (ms: number) => clock.after(ms, () => own.abort(new Stopped('timeout')));
  let timer = timeOutIn(START_LIMIT_MS);
  const started = () => {
    timer.cancel();
    timer = timeOutIn(skill.limits.timeoutMs);
  };
  const startedAt = clock.now();
  try {
    const given = { ...rest, skill: skill.name, leftMs: Math.min(leftMs, skill.limits.timeoutMs) };
    const end = await agent.run(skill, given, {
      host: attemptHost(skill, world(own.signal)),
      signal: own.signal,
      started,
    });
    const ms = clock.now() - startedAt;
    const stop = own.signal.reason instanceof Stopped ? own.signal.reason.kind : undefined;
    return { verdict: verdictOf({ end, stop, ms, respawn: skill.respawn }), ms };
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
