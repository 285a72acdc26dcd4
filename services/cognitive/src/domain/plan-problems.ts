import type { PlanProblem, Skill, Step } from '@seedcore/contracts';
import { type Catalogue, typicalMs } from './catalogue.ts';
import { isReference, type Reference, shapeProblems } from './json-shape.ts';
import { ancestorsOf, longestPath, orderOf } from './plan-graph.ts';

/** What a plan is checked against. */
export type PlanRules = {
  readonly catalogue: Catalogue;
  readonly maxSteps: number;
  /** Time until the plan must be done, in ms; absent without a deadline. */
  readonly leftMs: number | undefined;
  readonly wants: readonly string[];
  /** Types that are admitted to be missing. */
  readonly unmet: readonly string[];
};

const STEP_ID = /^[a-z0-9_-]{1,24}$/;
const MOST_BYTES = 65_536;

/** Every broken rule of V1 to V10, with the steps that break it; a valid plan has none. */
export function planProblems(steps: readonly Step[], rules: PlanRules): PlanProblem[] {
  return [
    ...sizeProblems(steps, rules),
    ...dependencyProblems(steps),
    ...steps.flatMap((step) => skillProblems(step, rules.catalogue)),
    ...referenceProblems(steps, rules.catalogue),
    ...timeProblems(steps, rules),
    ...steps.flatMap((step) => compensationProblems(step, rules.catalogue)),
    ...outcomeProblems(steps, rules),
  ];
}

const problem = (rule: string, steps: readonly string[], text: string): PlanProblem => ({
  rule,
  steps: [...steps],
  text,
});

function sizeProblems(steps: readonly Step[], { maxSteps }: PlanRules): PlanProblem[] {
  const ids = steps.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
  return [
    ...(steps.length >= 1 && steps.length <= maxSteps
      ? []
      : [problem('V1', [], `${steps.length} steps, allowed are 1 to ${maxSteps}`)]),
    ...ids.filter((id) => !STEP_ID.test(id)).map((id) => problem('V1', [id], 'malformed id')),
    ...twice.map((id) => problem('V1', [id], 'id used twice')),
  ];
}

function dependencyProblems(steps: readonly Step[]): PlanProblem[] {
  const ids = new Set(steps.map(({ id }) => id));
  const bad = steps.flatMap(({ id, depends_on }) => [
    ...depends_on.filter((other) => !ids.has(other)).map((other) => problem('V2', [id], `${other} is not a step`)),
    ...depends_on
      .filter((other, i) => depends_on.indexOf(other) !== i)
      .map((other) => problem('V2', [id], `${other} is named twice`)),
  ]);
  const order = orderOf(steps);
  return order.ok ? bad : [...bad, problem('V3', order.cycle, 'cycle')];
}

function skillProblems({ id, task }: Step, catalogue: Catalogue): PlanProblem[] {
  const skill = catalogue.get(task.type);
  const unknown = task.requires.filter((name) => catalogue.get(name) === undefined);
  return [
    ...typeProblems(id, task.type, catalogue),
    ...(skill === undefined
      ? []
      : shapeProblems(skill.input, task.params, 'params').map((text) => problem('V5', [id], text))),
    ...unknown.map((name) => problem('V7', [id], `${name} is not a known skill`)),
  ];
}

function typeProblems(id: string, type: string, catalogue: Catalogue): PlanProblem[] {
  if (catalogue.forbidden.has(type)) return [problem('V4', [id], `${type} is forbidden`)];
  return catalogue.get(type) === undefined ? [problem('V4', [id], `${type} is not in the catalogue`)] : [];
}

function referenceProblems(steps: readonly Step[], catalogue: Catalogue): PlanProblem[] {
  const order = orderOf(steps);
  if (!order.ok) return [];
  const ancestors = ancestorsOf(order.steps);
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps.flatMap((step) => {
    const before = ancestors.get(step.id) ?? new Set<string>();
    const undo = step.compensation;
    const skill = catalogue.get(step.task.type);
    const undoSkill = undo === undefined ? undefined : catalogue.get(undo.type);
    return [
      ...referencesIn(step.task.params).flatMap((use) => misuse({ step, use, skill }, before, byId)),
      ...referencesIn(undo?.params ?? {}).flatMap((use) =>
        misuse({ step, use, skill: undoSkill }, new Set([...before, step.id]), byId),
      ),
    ];
  });
}

/** A reference and the top-level parameter it stands in. */
type Use = { readonly parameter: string; readonly reference: Reference };

function misuse(
  { step, use, skill }: { step: Step; use: Use; skill: Skill | undefined },
  allowed: ReadonlySet<string>,
  byId: ReadonlyMap<string, Step>,
): PlanProblem[] {
  const { $from: from, path } = use.reference;
  if (!allowed.has(from)) return [problem('V6', [step.id], `${use.parameter}: ${from} does not run before it`)];
  const type = path.split('/')[1] ?? '';
  if (!byId.get(from)?.produces.includes(type))
    return [problem('V6', [step.id], `${use.parameter}: ${from} does not produce ${path}`)];
  const typed = skill?.consumes.includes(use.parameter) === true;
  return typed && type !== use.parameter
    ? [problem('V6', [step.id], `${use.parameter}: ${path} has another type`)]
    : [];
}

function referencesIn(params: Readonly<Record<string, unknown>>): Use[] {
  return Object.entries(params).flatMap(([parameter, value]) =>
    within(value, 0).map((reference) => ({ parameter, reference })),
  );
}

function within(value: unknown, depth: number): Reference[] {
  if (isReference(value)) return [value];
  if (typeof value !== 'object' || value === null || depth > 16) return [];
  return Object.values(value).flatMap((inner) => within(inner, depth + 1));
}

function timeProblems(steps: readonly Step[], { catalogue, leftMs }: PlanRules): PlanProblem[] {
  const bad = steps
    .filter(({ timeout_ms: limit }) => limit < 1000 || limit > 600_000)
    .map(({ id, timeout_ms: limit }) => problem('V8', [id], `timeout_ms ${limit}, allowed are 1000 to 600000`));
  const order = orderOf(steps);
  if (!order.ok || leftMs === undefined) return bad;
  const expected = longestPath(order.steps, ({ task }) => msOf(task.type, catalogue));
  return expected <= leftMs
    ? bad
    : [...bad, problem('V8', [], `takes ${expected} ms, ${Math.max(0, leftMs)} ms are left`)];
}

const msOf = (type: string, catalogue: Catalogue): number => {
  const skill = catalogue.get(type);
  return skill === undefined ? 0 : typicalMs(skill);
};

function compensationProblems({ id, task, compensation }: Step, catalogue: Catalogue): PlanProblem[] {
  if (compensation === undefined) return [];
  const skill = catalogue.get(compensation.type);
  return [
    ...typeProblems(id, compensation.type, catalogue).map(({ text }) => problem('V9', [id], `compensation: ${text}`)),
    ...shapeProblems(skill?.input, compensation.params, 'compensation.params').map((text) => problem('V9', [id], text)),
    ...(catalogue.get(task.type)?.side_effects === false
      ? [problem('V9', [id], `${task.type} has no side effects to undo`)]
      : []),
  ];
}

function outcomeProblems(steps: readonly Step[], { wants, unmet }: PlanRules): PlanProblem[] {
  const made = new Set(steps.flatMap(({ produces }) => produces));
  const bytes = new TextEncoder().encode(JSON.stringify(steps)).length;
  return [
    ...wants
      .filter((type) => !made.has(type) && !unmet.includes(type))
      .map((type) => problem('V10', [], `nothing produces ${type}`)),
    ...(bytes <= MOST_BYTES ? [] : [problem('V10', [], `${bytes} bytes, at most ${MOST_BYTES}`)]),
  ];
}
