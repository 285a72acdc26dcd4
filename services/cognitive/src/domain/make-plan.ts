import type { DraftPlan, PlanProblem, Step, UnmetNeed } from '@seedcore/contracts';
import { type Catalogue, typicalMs } from './catalogue.ts';
import { completeDraft } from './complete-draft.ts';
import { composeSteps } from './compose-steps.ts';
import { clamp, cut } from './figure.ts';
import type { Given } from './given-values.ts';
import { fittingSkills, nearestSkills } from './nearest-skills.ts';
import { longestPath, orderOf, widthOf } from './plan-graph.ts';
import { planProblems } from './plan-problems.ts';
import { type Chain, type Moves, movesOf, reachable, unmetNeeds } from './reachable-types.ts';
import { type Goal, searchChain } from './type-search.ts';

/** What is to be planned, and with what. */
export type PlanRequest = {
  readonly description: string;
  /** Type of a task that should be done; when it is a skill, its outcome is wanted. */
  readonly type: string | undefined;
  readonly wants: readonly string[];
  readonly given: Given;
  readonly catalogue: Catalogue;
  readonly maxSteps: number;
  /** Time until the plan must be done, in ms. */
  readonly leftMs: number | undefined;
};

/** Steps that work, and what they amount to. */
export type MadePlan = {
  readonly goal: string;
  readonly steps: readonly Step[];
  readonly expectedMs: number;
  readonly worstMs: number;
  readonly maxParallel: number;
  /** 1 (trivial) to 10. */
  readonly complexity: number;
  /** Product of the expected success of all steps. */
  readonly confidence: number;
  readonly unmet: readonly UnmetNeed[];
};

/** A plan, or what is missing for one, or what is wrong with the draft. */
export type Planning =
  | { readonly kind: 'plan'; readonly plan: MadePlan }
  | { readonly kind: 'no_plan'; readonly unmet: readonly UnmetNeed[]; readonly nearest: readonly string[] }
  | { readonly kind: 'invalid'; readonly problems: readonly PlanProblem[] };

/** A skill fits a description when it covers this share of it. */
const LEAST_FIT = 0.45;
const MOST_GOAL = 300;
const MOST_UNMET = 16;

/** Finds steps for a request: by the types wanted, else by the task's type, else by the words of its description. */
export function makePlan(request: PlanRequest): Planning {
  const moves = movesOf(request.catalogue, request.given);
  const aim = aimOf(request, moves);
  const roots = unmetNeeds(moves, aim.needs);
  const chain = aim.goal === undefined ? undefined : searchChain(moves, aim.goal, request.maxSteps);
  if (chain === undefined || chain.length === 0) return refused(request, roots.length > 0 ? roots : [aim.otherwise]);
  const costs = reachable(moves);
  const lost = request.wants.filter((type) => !costs.has(type)).map((what) => ({ what }));
  const unmet = [...lost, ...roots.filter(({ what }) => !request.wants.includes(what))].slice(0, MOST_UNMET);
  const steps = composeSteps(chain, request.wants, request.catalogue);
  const problems = planProblems(steps, rulesOf(request, unmet));
  if (problems.length > 0) return refused(request, [...unmet, ...problems.map(({ text }) => ({ what: text }))]);
  return { kind: 'plan', plan: finished(goalText(request), steps, { request, unmet }) };
}

/** Completes a plan somebody else made, or says which rules it breaks. */
export function checkDraft(draft: DraftPlan, request: PlanRequest): Planning {
  const steps = completeDraft(draft, request.given, request.catalogue);
  const made = new Set(steps.flatMap(({ produces }) => produces));
  const unmet = request.wants.filter((type) => !made.has(type)).map((what) => ({ what }));
  const problems = planProblems(steps, rulesOf(request, unmet));
  if (problems.length > 0) return { kind: 'invalid', problems };
  return { kind: 'plan', plan: finished(draft.goal ?? goalText(request), steps, { request, unmet }) };
}

/** Where the search starts, what it would need in all, and what to say when that is not the reason it fails. */
type Aim = { readonly goal: Goal | undefined; readonly needs: readonly UnmetNeed[]; readonly otherwise: UnmetNeed };

function aimOf(request: PlanRequest, moves: Moves): Aim {
  const { wants, type, maxSteps, description } = request;
  const otherwise = { what: `a way within ${maxSteps} steps` };
  if (wants.length > 0) {
    const costs = reachable(moves);
    const types = wants.filter((want) => costs.has(want));
    const goal = types.length === 0 ? undefined : { types, chain: [] };
    return { goal, needs: wants.map((what) => ({ what })), otherwise };
  }
  const own = type === undefined ? undefined : moves.get(type);
  if (own !== undefined) {
    const needs = own.filling.open.map((what) => ({ what, needed_by: own.skill.name }));
    return { goal: { types: own.filling.open, chain: [own] }, needs, otherwise };
  }
  const [best] = fittingSkills(description, request.catalogue.skills);
  const fitting = best !== undefined && best.fit >= LEAST_FIT ? moves.get(best.skill.name) : undefined;
  const needs = (fitting?.filling.open ?? []).map((what) => ({ what, needed_by: best?.skill.name ?? '' }));
  const chain: Chain | undefined = fitting !== undefined && needs.length === 0 ? [fitting] : undefined;
  return {
    goal: chain === undefined ? undefined : { types: [], chain },
    needs,
    otherwise: needs[0] ?? { what: type ?? 'a skill that fits the description' },
  };
}

const refused = (request: PlanRequest, unmet: readonly UnmetNeed[]): Planning => ({
  kind: 'no_plan',
  unmet: unmet.slice(0, MOST_UNMET),
  nearest: nearestSkills(
    [request.description, request.type ?? '', ...request.wants].join(' '),
    request.catalogue.skills,
  ),
});

const rulesOf = ({ catalogue, maxSteps, leftMs, wants }: PlanRequest, unmet: readonly UnmetNeed[]) => ({
  catalogue,
  maxSteps,
  leftMs,
  wants,
  unmet: unmet.map(({ what }) => what),
});

const goalText = ({ wants, type, description }: PlanRequest): string =>
  wants.length > 0 ? wants.join(', ') : cut(type ?? description, MOST_GOAL);

function finished(
  goal: string,
  steps: readonly Step[],
  { request, unmet }: { request: PlanRequest; unmet: readonly UnmetNeed[] },
): MadePlan {
  const order = orderOf(steps);
  const ordered = order.ok ? order.steps : steps;
  const skills = steps.map(({ task }) => request.catalogue.get(task.type)).filter((skill) => skill !== undefined);
  const depth = longestPath(ordered, () => 1);
  const effects = skills.some((skill) => skill.side_effects);
  const complexity = 1 + steps.length / 2 + (depth - 1) / 2 + (effects ? 2 : 0) + 2 * unmet.length;
  return {
    goal,
    steps,
    expectedMs: longestPath(ordered, ({ task }) => {
      const skill = request.catalogue.get(task.type);
      return skill === undefined ? 0 : typicalMs(skill);
    }),
    worstMs: longestPath(ordered, (step) => step.timeout_ms),
    maxParallel: widthOf(ordered),
    complexity: clamp(Math.round(complexity), 1, 10),
    confidence: skills.reduce((product, skill) => product * request.catalogue.successOf(skill), 1),
    unmet,
  };
}
