import type { cognitive, Skill } from '@seedcore/contracts';
import { fail, type Handler, type Input, type Output, ok, ulid } from '@seedcore/protocol';
import { catalogueOf } from '../domain/catalogue.ts';
import { rounded } from '../domain/figure.ts';
import { checkDraft, type MadePlan, makePlan, type PlanRequest } from '../domain/make-plan.ts';
import { planRisks } from '../domain/plan-risks.ts';
import type { Ports } from '../ports.ts';
import { noRetrieval, Thought } from './thought.ts';

type Endpoint = typeof cognitive.endpoints.plan_task;

const MOST_PROBLEMS = 64;
const MOST_EVIDENCE = 12;

/** Searches a plan over the skills given, or checks and completes a draft. */
export function planTask(ports: Ports): Handler<Endpoint> {
  return (input) => {
    const thought = new Thought(ports, 'plan_task', input);
    const { available_tools: skills } = input;
    if (skills === undefined) {
      thought.done('catalogue_unavailable');
      return fail('catalogue_unavailable', { why: 'no skills were given in available_tools' });
    }
    const request = requestOf(input, skills, ports.clock.wallMs());
    const planning = input.draft === undefined ? makePlan(request) : checkDraft(input.draft, request);
    thought.lap('rules');
    thought.done(planning.kind === 'plan' ? `${planning.plan.steps.length} steps` : planning.kind);
    switch (planning.kind) {
      case 'no_plan':
        return fail('no_plan', { unmet: [...planning.unmet], nearest_skills: [...planning.nearest] });
      case 'invalid':
        return fail('invalid_plan', { problems: planning.problems.slice(0, MOST_PROBLEMS) });
      case 'plan':
        return ok(
          {
            ...answerOf(planning.plan, request),
            plan: {
              ...figuresOf(planning.plan, request),
              plan_id: input.draft?.plan_id ?? ulid(ports.clock, ports.random),
            },
            meta: thought.meta(unmeasured(request, planning.plan), noRetrieval),
          },
          thought.mark,
        );
    }
  };
}

function requestOf(input: Input<Endpoint>, skills: readonly Skill[], nowMs: number): PlanRequest {
  const { task, wants, inputs, task_description: description, max_steps: maxSteps } = input;
  return {
    description,
    type: task?.type,
    wants,
    given: { params: task?.params ?? {}, inputs },
    catalogue: catalogueOf(skills, { forbidden: input.forbidden, capabilities: input.current_capabilities }),
    maxSteps,
    leftMs: task?.deadline_at === undefined ? undefined : Date.parse(task.deadline_at) - nowMs,
  };
}

const figuresOf = (made: MadePlan, { catalogue }: PlanRequest) => ({
  goal: made.goal,
  steps: [...made.steps],
  expected_ms: made.expectedMs,
  worst_ms: made.worstMs,
  max_parallel: made.maxParallel,
  catalogue_hash: catalogue.hash,
});

function answerOf(made: MadePlan, { catalogue }: PlanRequest): Omit<Output<Endpoint>, 'plan' | 'meta'> {
  const used = [...new Set(made.steps.map(({ task }) => task.type))];
  const skills = used.map((name) => catalogue.get(name)).filter((skill) => skill !== undefined);
  return {
    estimated_complexity: made.complexity,
    risk_assessment: planRisks(made.steps, catalogue),
    unmet: [...made.unmet],
    confidence: rounded(made.confidence),
    confidence_basis: 'posterior',
    evidence: skills.slice(0, MOST_EVIDENCE).map((skill) => ({
      ref: `input:/available_tools/${skill.name}`,
      weight: rounded(catalogue.successOf(skill)),
      quote: `${skill.successes} of ${skill.successes + skill.failures} runs worked`,
    })),
  };
}

/** Figures of used skills that nobody has measured. */
const unmeasured = ({ catalogue }: PlanRequest, made: MadePlan): string[] =>
  [...new Set(made.steps.map(({ task }) => task.type))]
    .map((name) => catalogue.get(name))
    .filter((skill) => skill !== undefined)
    .flatMap((skill) => [
      ...(skill.p50_ms === undefined ? [`how long ${skill.name} takes`] : []),
      ...(skill.successes + skill.failures === 0 ? [`how often ${skill.name} works`] : []),
    ]);
