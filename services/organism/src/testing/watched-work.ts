import { z } from 'zod';
import { defineSkill, type Skill } from '../skill/define-skill.ts';
import type { SkillContext } from '../skill/skill-context.ts';
import { ORGAN, type WatchedBed } from './watched-bed.ts';

/** A skill of the loop of the service that does what the test says. */
export const skillOf = (
  name: string,
  run: (context: SkillContext) => Promise<unknown>,
  more: Partial<Skill> = {},
): Skill => ({
  ...defineSkill({
    name,
    version: '1.0.0',
    doc: 'A test says what it does.',
    input: z.record(z.string(), z.unknown()),
    output: z.unknown(),
    idempotent: true,
    isolation: 'inline',
    role: 'O',
    run: (_input, context) => run(context),
  }),
  ...more,
});

/** Hears nothing and ends only by its own time. */
export const deaf = (bed: WatchedBed, ms: number) => () =>
  new Promise((resolve) => bed.clock.after(ms, () => resolve('late')));

/** Names of that many tasks. */
export const ids = (count: number) => Array.from({ length: count }, (_, n) => `t${n}`);

/** Hands that many tasks in, which are under way a second later. */
export async function submitAll(bed: WatchedBed, type: string, count: number, more: object = {}) {
  const { tasks } = bed.process('client');
  for (const id of ids(count)) await bed.passing(tasks.submit({ id, type, ...more }, { queue: ORGAN }));
  await bed.clock.advance(1000);
  return tasks;
}

/** The tasks as they stand. */
export const viewsOf = (tasks: Awaited<ReturnType<typeof submitAll>>, count: number) =>
  Promise.all(ids(count).map((id) => tasks.get(id)));
