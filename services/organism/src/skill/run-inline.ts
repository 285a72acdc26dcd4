import type { Clock, Random } from '@seedcore/protocol';
import type { SkillEnd } from '../domain/skill-end.ts';
import type { SkillProgram } from './define-skill.ts';
import { runSkill } from './run-skill.ts';
import type { RunOrder, SkillHost } from './skill-host.ts';
import { Stopped } from './stopped.ts';

/** Runs a skill in the loop of the service: after the grace it is fenced, since nothing can stop it there. */
export async function runInline(
  skill: SkillProgram,
  order: RunOrder,
  ports: { host: SkillHost; clock: Clock; random: Random; signal: AbortSignal },
): Promise<SkillEnd> {
  const fenced = Promise.withResolvers<SkillEnd>();
  const onAbort = () => {
    const { reason } = ports.signal;
    const graceMs = (reason instanceof Stopped ? reason.graceMs : undefined) ?? skill.graceMs;
    const timer = ports.clock.after(graceMs, () => fenced.resolve({ end: 'stopped', by: 'fence' }));
    void fenced.promise.then(() => timer.cancel());
  };
  if (ports.signal.aborted) return { end: 'stopped', by: 'agent' };
  ports.signal.addEventListener('abort', onAbort, { once: true });
  const end = await Promise.race([runSkill(skill, order, ports), fenced.promise]);
  ports.signal.removeEventListener('abort', onAbort);
  fenced.resolve(end);
  return end;
}
