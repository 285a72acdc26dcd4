import { endpoint, event, failure, id, name, service, time } from '@seedcore/protocol';
import { z } from 'zod';
import { decision, decisionContext, historicalData } from './decision.ts';
import { failureAnalysis, incidentContext, knownFact } from './failure-analysis.ts';
import { draftPlan, plan, planProblem, skill, unmetNeed } from './plan.ts';
import { answer } from './thought.ts';

const share = z.number().min(0).max(1);

const asker = {
  agent_id: id.default('system').describe('who asks; named in the event of the thought'),
  profile: z.enum(['auto', 'rules']).default('auto'),
};

const decisionExample = {
  decision_context: { question: 'Retry or wait?', options: [{ id: 'retry' }, { id: 'wait' }] },
  historical_data: { counts: { retry: { successes: 6, failures: 1 }, wait: { successes: 2, failures: 3 } } },
};

const planExample = {
  task_description: 'a report',
  wants: ['report'],
  inputs: [{ type: 'url', value: 'https://example.org/march.csv' }],
  available_tools: [
    { name: 'fetch_csv', consumes: ['url'], produces: ['table'] },
    { name: 'write_report', consumes: ['table'], produces: ['report'] },
  ],
};

/** Thinks, and touches nothing: typed answers by rule bases, arithmetic and search. */
export const cognitive = service('cognitive', {
  doc: 'Turns a question into a typed answer: a cause, a decision, a plan. Runs no skill and writes nothing.',
  version: '0.1.0',
  endpoints: {
    reason_about_failure: endpoint({
      doc: 'What kind of failure this is, what probably caused it, and what to do.',
      input: z.strictObject({
        ...asker,
        incident_context: incidentContext,
        knowledge_context: z.strictObject({ facts: z.array(knownFact).max(50) }).optional(),
        retrieval: z
          .strictObject({
            enabled: z.boolean().default(true),
            k: z.int().min(1).max(50).default(20),
            min_trust: share.default(0.3),
          })
          .prefault({}),
      }),
      output: failureAnalysis,
      idempotent: true,
      degradable: true,
      deadlineMs: 20_000,
      floorMs: 400,
    }),
    make_decision: endpoint({
      doc: 'Chooses one of the offered options, or hold, by criteria and measured success.',
      input: z
        .strictObject({
          ...asker,
          decision_context: decisionContext,
          historical_data: historicalData.optional(),
          hold_allowed: z.boolean().default(true),
        })
        .meta({ example: decisionExample }),
      output: decision,
      failures: {
        no_admissible_option: z.strictObject({
          vetoes: z.array(z.strictObject({ option_id: id, vetoed_by: z.array(id) })),
        }),
      },
      idempotent: true,
      degradable: true,
      deadlineMs: 20_000,
      floorMs: 400,
      criticality: 'critical',
    }),
    plan_task: endpoint({
      doc: 'Finds steps that produce what is wanted out of what is given, or checks a plan of your own.',
      input: z
        .strictObject({
          ...asker,
          task_description: z.string().min(1).max(4000),
          task: z
            .strictObject({
              type: name,
              params: z.record(z.string(), z.unknown()).default({}),
              deadline_at: time.optional(),
            })
            .optional(),
          wants: z.array(name).max(16).default([]),
          inputs: z
            .array(z.strictObject({ type: name, value: z.unknown() }))
            .max(32)
            .default([]),
          current_capabilities: z.record(name, share).default({}),
          available_tools: z
            .array(skill)
            .max(64)
            .refine((skills) => new Set(skills.map((one) => one.name)).size === skills.length, 'names must be unique')
            .optional()
            .describe('the skills to plan with'),
          forbidden: z.array(name).max(64).default([]),
          max_steps: z.int().min(1).max(64).default(16),
          draft: draftPlan.optional(),
        })
        .meta({ example: planExample }),
      output: z.strictObject({
        plan,
        estimated_complexity: z.int().min(1).max(10),
        risk_assessment: z
          .array(
            z.strictObject({
              step_id: z.string().optional(),
              text: z.string(),
              severity: z.enum(['low', 'medium', 'high']),
            }),
          )
          .max(10),
        unmet: z.array(unmetNeed).max(16),
        ...answer,
      }),
      failures: {
        no_plan: z.strictObject({ unmet: z.array(unmetNeed).max(16), nearest_skills: z.array(name).max(5) }),
        invalid_plan: z.strictObject({ problems: z.array(planProblem).max(64) }),
        catalogue_unavailable: failure(z.strictObject({ why: z.string() }), { status: 424 }),
      },
      idempotent: true,
      degradable: true,
      deadlineMs: 35_000,
      floorMs: 400,
      criticality: 'critical',
    }),
  },
  events: {
    thought_done: event({
      doc: 'A question was answered, or refused with a declared failure.',
      kind: 'lossy',
      data: z.strictObject({
        thought_id: id,
        endpoint: z.string(),
        agent_id: id,
        method: z.literal('rules'),
        ms: z.number().nonnegative(),
        outcome: z.string().describe('class, choice, steps or failure code'),
      }),
      key: 'thought_id',
    }),
  },
});
