import type { Clock } from '@seedcore/protocol';
import type { LocalAgent } from '../agents/local-agent.ts';
import type { SkillEnd } from '../domain/skill-end.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { RunOrder } from '../skill/skill-host.ts';
import { Stopped } from '../skill/stopped.ts';
import type { LiveAttempt } from '../supervision/live-attempt.ts';
import { type AttemptWorld, attemptHost } from './attempt-host.ts';
import { stopKindOf } from './stop-kind.ts';

/** One run of a task by one agent. */
export type AttemptOrder = Omit<RunOrder, 'skill' | 'leftMs'> & {
  readonly skill: Skill;
  readonly agent: Pick<LocalAgent, 'run'>;
  /** Time the task has left, in ms. */
  readonly leftMs: number;
  /** Whoever decides over the task: its caller, or the worker of its queue. */
  readonly signal: AbortSignal;
  readonly world: AttemptWorld;
  /** Its own time is over. */
  readonly overran: () => void;
};

/** Runs a skill once on an agent, until it ends, or is ended by whoever decides over its task or watches it. */
export async function runAttempt(order: AttemptOrder, live: LiveAttempt, clock: Clock): Promise<SkillEnd> {
  const { skill, agent, signal, leftMs, world, overran, ...rest } = order;
  const onAbort = () => live.abort(new Stopped(stopKindOf(signal.reason)));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  // The sweeper would see to it too, half a second later.
  let timer = clock.after(live.due().run, overran);
  const started = () => {
    live.begun();
    timer.cancel();
    timer = clock.after(live.due().run, overran);
  };
  try {
    const given = { ...rest, skill: skill.name, leftMs: Math.min(leftMs, skill.limits.timeoutMs) };
    return await agent.run(skill, given, { host: attemptHost(skill, world), signal: live.signal, started });
  } finally {
    timer.cancel();
    signal.removeEventListener('abort', onAbort);
  }
}
