import { id, name } from '@seedcore/protocol';
import { z } from 'zod';

const count = z.int().nonnegative();

/** A JSON Schema (2020-12); of its keywords the planner reads the structural ones. */
export const jsonSchema = z.record(z.string(), z.unknown());

/** Something an agent can do: what it takes, what comes out of it, and how it has fared. */
export const skill = z
  .strictObject({
    name,
    doc: z.string().max(1000).default(''),
    input: jsonSchema.default({}),
    consumes: z.array(name).max(16).default([]).describe('types it needs; each fills the parameter of the same name'),
    produces: z.array(name).max(16).default([]).describe('types it yields, each at /<type> of its output'),
    effects: z.array(z.string().max(128)).max(16).default([]).describe('what it changes outside, in words'),
    side_effects: z.boolean().default(false),
    compensation: name.optional().describe('the skill that undoes it'),
    needs_approval: z.boolean().default(false),
    p50_ms: z.number().positive().optional(),
    p95_ms: z.number().positive().optional(),
    successes: count.default(0),
    failures: count.default(0),
  })
  .meta({ example: { name: 'fetch_csv' } });

const params = z.record(z.string(), z.unknown());
const stepId = z.string().regex(/^[a-z0-9_-]{1,24}$/, 'must be 1 to 24 of a-z 0-9 _ -');
const undo = z.strictObject({ type: name, params });

/** One step: what is to be done, after what, and how it is undone; never who does it. */
export const step = z.strictObject({
  id: stepId,
  task: z.strictObject({ type: name, params, requires: z.array(name) }),
  depends_on: z.array(stepId),
  timeout_ms: z.int(),
  compensation: undo.optional(),
  produces: z.array(name),
  requires_approval: z.boolean(),
});

/** Steps that lead to a goal, as a graph without cycles. */
export const plan = z.strictObject({
  plan_id: id,
  goal: z.string(),
  steps: z.array(step),
  expected_ms: z.number(),
  worst_ms: z.number(),
  max_parallel: z.int(),
  catalogue_hash: z.string(),
});

const draftStep = z.strictObject({
  id: stepId,
  task: z.strictObject({
    type: name,
    params: params.optional().describe('left out: filled from inputs and earlier steps'),
    requires: z.array(name).max(16).optional(),
  }),
  depends_on: z.array(stepId).max(64).default([]),
  timeout_ms: z.int().optional(),
  compensation: undo.optional(),
  produces: z.array(name).max(16).optional(),
  requires_approval: z.boolean().optional(),
});

/** A plan somebody else made, to be checked and completed; figures in it are computed anew. */
export const draftPlan = z.strictObject({
  plan_id: id.optional(),
  goal: z.string().max(4000).optional(),
  steps: z.array(draftStep).max(500),
  expected_ms: z.number().optional(),
  worst_ms: z.number().optional(),
  max_parallel: z.int().optional(),
  catalogue_hash: z.string().optional(),
});

/** A rule of a valid plan that is broken, by which steps. */
export const planProblem = z.strictObject({ rule: z.string(), steps: z.array(z.string()), text: z.string() });

/** Something a plan would need and nothing provides. */
export const unmetNeed = z.strictObject({ what: z.string(), needed_by: z.string().optional() });

/** Something an agent can do. */
export type Skill = z.output<typeof skill>;
/** One step of a plan. */
export type Step = z.output<typeof step>;
/** Steps that lead to a goal. */
export type Plan = z.output<typeof plan>;
/** A plan somebody else made. */
export type DraftPlan = z.output<typeof draftPlan>;
/** A rule of a valid plan that is broken. */
export type PlanProblem = z.output<typeof planProblem>;
/** Something a plan would need and nothing provides. */
export type UnmetNeed = z.output<typeof unmetNeed>;
