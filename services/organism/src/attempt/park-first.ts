import { type Clock, validate } from '@seedcore/protocol';
import type { TaskContext } from '@seedcore/tasks';
import { isProgram, type Skill } from '../skill/define-skill.ts';

/** A task as its queue hands it over. */
type Taken = { readonly params: unknown; readonly context: TaskContext };

/** The step that remembers when a task was first looked at; its skill finds it under this name. */
export const BEGAN = 'began';

/**
 * Lets the time pass that a skill is to wait before it does anything: its task holds neither agent nor slot. One that could
 * not end in time is not parked, nor is one whose input does not fit: its skill says so at once.
 *
 * @throws Parked while there is time to pass
 */
export async function parkFirst(skill: Skill, { params, context }: Taken, clock: Clock): Promise<void> {
  if (!isProgram(skill) || skill.parks === undefined) return;
  const input = validate(skill.input, params);
  if (!input.ok) return;
  const began = await context.step(BEGAN, async () => clock.wallMs());
  const until = skill.parks(input.value, began);
  const left = context.deadlineAt === undefined ? Number.POSITIVE_INFINITY : context.deadlineAt - clock.now();
  const rest = until - clock.wallMs();
  if (rest > 0 && rest < left) await context.sleep('parked', rest);
}
