import { degraded, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { failureClass, remedy } from './failure-analysis.ts';

const share = z.number().min(0).max(1);
const ms = z.number().nonnegative();

/** A series somebody finds suspicious, or wants to be sure about. */
export const triageRequest = z
  .strictObject({
    triage_id: id.optional().describe('the same id gives the same report'),
    agent_id: id.describe('who or what the series was measured on'),
    series: z.array(z.number().nullable()).max(10_000).describe('null = missing; at least three numbers'),
    timestamps: z.array(time).max(10_000).optional().describe('one per value'),
    context: z.record(z.string().max(64), z.unknown()).default({}).describe('at most 16 KiB; handed on as data'),
    domain: name.default('anomaly'),
  })
  .refine(({ series, timestamps }) => timestamps === undefined || timestamps.length === series.length, {
    message: 'must be as many as the values of the series',
    path: ['timestamps'],
  })
  .meta({ example: { agent_id: 'pump-3', series: [0.1, 0.12, 5, 0.11, 0.1, 0.12] } });

/** One value that stands out. */
export const anomaly = z.strictObject({
  index: z.int().nonnegative(),
  value: z.number(),
  score: z.number(),
  severity: z.enum(['low', 'medium', 'high']),
});

/** One step of a triage: who was asked, where the answer is from, and how long it took. */
export const triageStep = z.strictObject({
  step: name,
  service: z.string().describe('who was asked; coordinator for what is computed here'),
  endpoint: z.string().optional(),
  source: z
    .enum(['live', 'cached', 'default', 'skipped'])
    .describe('live: answered now; cached: an older answer; default: a stand-in; skipped: no answer'),
  ms,
  detail: z.string().max(400).describe('what came of it, or why not'),
  degraded: degraded.optional().describe('the mark of whoever answered'),
});

/** What a triage found, thinks and decides. */
export const triageReport = z.strictObject({
  triage_id: id,
  agent_id: id,
  anomalies: z.array(anomaly).max(200).describe('in index order; of more, the 200 with the highest scores'),
  found: z.int().nonnegative().describe('how many values stand out'),
  drift: share.nullable(),
  escalated: z.boolean(),
  reason: z
    .strictObject({
      error_class: failureClass,
      thought: z.string(),
      confidence: share,
      proposed_solution: z.strictObject({ action: remedy, text: z.string() }),
    })
    .nullable(),
  decision: z.strictObject({
    action: z.enum(['hold', 'submit_tuning', 'submit_retrain']),
    by: z.enum(['no_anomaly', 'rules']),
    rule: z.string().describe('the mutation rule that decided'),
    confidence: share.nullable(),
    carried_out: z.literal(false).describe('a decision is reported; nothing here starts a job'),
  }),
  delta_e_est: z.number().nullable().describe('change of energy if drift and anomalies were calm; negative is a gain'),
  explanation: z.string(),
  steps: z.array(triageStep),
});

/** A series to be triaged, with defaults filled in. */
export type TriageRequest = z.output<typeof triageRequest>;
/** One value that stands out. */
export type Anomaly = z.output<typeof anomaly>;
/** One step of a triage. */
export type TriageStep = z.output<typeof triageStep>;
/** What a triage found, thinks and decides. */
export type TriageReport = z.output<typeof triageReport>;
