import { name } from '@seedcore/protocol';
import { z } from 'zod';

export const MAX_PLAN_STEPS = 16;
export const MAX_PARALLEL = 8;
const LONGEST_STEP_MS = 7 * 86_400_000;

/** Short enough for the name of a step of a task, with what takes it back. */
const id = z.string().regex(/^[a-z0-9_-]{1,32}$/);

/** A task as a step names it. Anywhere in `params`, `{"$from": step, "path": pointer}` stands for a part of what that step came to. */
export const stepTask = z.strictObject({
  type: name,
  params: z.record(z.string(), z.unknown()).default({}),
  requires: z.array(name).max(8).default([]),
  queue: name.default('general'),
});

/** A task as a step names it. */
export type StepTask = z.output<typeof stepTask>;

/** One step of a plan. */
export const planStepSpec = z.strictObject({
  id,
  task: stepTask,
  depends_on: z.array(id).max(MAX_PLAN_STEPS).default([]),
  timeout_ms: z.int().min(1_000).max(LONGEST_STEP_MS).optional(),
  /** What takes it back when a later step fails. */
  compensation: stepTask.optional(),
  /** It starts only after the signal `approve-<id>`; the value false refuses it. */
  requires_approval: z.boolean().default(false),
  /** Its failure is not one of the plan; what depends on it is skipped. */
  optional: z.boolean().default(false),
});
/** One step of a plan. */
export type PlanStepSpec = z.output<typeof planStepSpec>;

/** Tasks that depend on each other. */
export const plan = z
  .strictObject({
    steps: z.array(planStepSpec).min(1).max(MAX_PLAN_STEPS),
    max_parallel: z.int().min(1).max(MAX_PARALLEL).default(4),
  })
  .superRefine(({ steps }, context) => {
    for (const { path, message } of problemsOf(steps)) context.addIssue({ code: 'custom', path, message });
  });
/** Tasks that depend on each other. */
export type Plan = z.output<typeof plan>;

type Problem = { readonly path: (string | number)[]; readonly message: string };

/** What no schema says: ids once, dependencies that are there and come to an end, values of ancestors only. */
function problemsOf(steps: readonly PlanStepSpec[]): Problem[] {
  const ids = steps.map((step) => step.id);
  const problems: Problem[] = [];
  for (const [i, step] of steps.entries()) {
    if (ids.indexOf(step.id) !== i)
      problems.push({ path: ['steps', i, 'id'], message: `step "${step.id}" is there twice` });
    for (const [j, other] of step.depends_on.entries())
      if (!ids.includes(other))
        problems.push({ path: ['steps', i, 'depends_on', j], message: `there is no step "${other}"` });
  }
  if (problems.length > 0) return problems;
  for (const [i, step] of steps.entries()) {
    const above = ancestorsOf(steps, step.id);
    if (above.has(step.id)) problems.push({ path: ['steps', i, 'depends_on'], message: 'it waits for itself' });
    for (const from of sourcesIn(step.task.params))
      if (!above.has(from))
        problems.push({ path: ['steps', i, 'task', 'params'], message: `"${from}" is no step before it` });
    for (const from of sourcesIn(step.compensation?.params ?? {}))
      if (from !== step.id && !above.has(from))
        problems.push({ path: ['steps', i, 'compensation', 'params'], message: `"${from}" is no step before it` });
  }
  return problems;
}

/** Every step that `id` depends on, directly or not. */
export function ancestorsOf(steps: readonly PlanStepSpec[], id: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(steps.find((step) => step.id === id)?.depends_on ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(steps.find((step) => step.id === next)?.depends_on ?? []));
  }
  return found;
}

/** The steps whose values some params take. */
function sourcesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(sourcesIn);
  if (typeof value !== 'object' || value === null) return [];
  const from: unknown = Reflect.get(value, '$from');
  return typeof from === 'string' ? [from] : Object.values(value).flatMap(sourcesIn);
}
