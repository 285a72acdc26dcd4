import { id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { answer } from './thought.ts';

const share = z.number().min(0).max(1);
const label = z.string().min(1).max(128);

/** Kinds of failure the rules tell apart. */
export const failureClass = z.enum([
  'transient_network',
  'timeout',
  'overload',
  'rate_limit',
  'dependency_down',
  'bad_input',
  'permission',
  'not_found',
  'conflict',
  'resource_exhausted',
  'data_quality',
  'model_output',
  'logic_defect',
  'configuration',
  'cancelled',
  'unknown',
]);

/** What can be done about a failure. */
export const remedy = z.enum([
  'retry',
  'retry_later',
  'reduce_load',
  'fix_input',
  'grant_permission',
  'restart_component',
  'rollback',
  'respawn_with_correction',
  'reconfigure',
  'retrain',
  'escalate_human',
  'no_action',
]);

const severity = z.enum(['low', 'medium', 'high']);

/** What is known about a failure. */
export const incidentContext = z
  .strictObject({
    message: z.string().min(1).max(4000),
    error_code: label.optional().describe('of the mesh, or an HTTP status'),
    error_class: label.optional(),
    component: label.optional(),
    task_type: label.optional(),
    stack: z.string().max(8000).optional(),
    attempt: z.int().min(0).max(100).optional(),
    idempotent: z.boolean().optional(),
    anomalies: z
      .array(z.strictObject({ index: z.int().nonnegative(), value: z.number(), score: z.number(), severity }))
      .max(100)
      .optional(),
    metrics: z
      .record(z.string().max(64), z.number())
      .refine((map) => Object.keys(map).length <= 64, 'at most 64 entries')
      .optional(),
    timeline: z
      .array(z.strictObject({ at: time, event: z.string().min(1).max(400) }))
      .max(50)
      .optional(),
  })
  .meta({ example: { message: 'connect ECONNREFUSED 127.0.0.1:5432' } });

/** A fact somebody hands in with a question; tagged `incident` it counts as a past incident. */
export const knownFact = z.strictObject({
  fact_id: id,
  text: z.string().min(1).max(4096),
  tags: z.array(z.string().max(64)).max(16).default([]),
  trust: share.nullable().default(null),
  observed_at: time,
});

/** A likely cause, with a test that would tell. */
export const hypothesis = z.strictObject({
  cause: z.string(),
  class: failureClass,
  probability: share,
  evidence: z.array(z.string()),
  test: z.string(),
});

/** A past incident like this one. */
export const similarIncident = z.strictObject({
  id,
  similarity: share,
  outcome: z.enum(['resolved', 'unresolved', 'unknown']),
  resolved_by: remedy.optional(),
});

/** What a failure is, and what to do about it. */
export const failureAnalysis = z.strictObject({
  error_class: failureClass,
  thought: z.string().max(1200),
  transient: z.boolean(),
  hypotheses: z.array(hypothesis).min(1).max(5),
  proposed_solution: z.strictObject({
    action: remedy,
    text: z.string(),
    retry_after_ms: z.number().nonnegative().optional(),
    reversible: z.boolean(),
  }),
  risk_factors: z.array(z.strictObject({ text: z.string(), severity })).max(8),
  similar_incidents: z.array(similarIncident).max(5),
  ...answer,
});

/** A kind of failure. */
export type FailureClass = z.output<typeof failureClass>;
/** Something that can be done about a failure. */
export type Remedy = z.output<typeof remedy>;
/** What is known about a failure. */
export type IncidentContext = z.output<typeof incidentContext>;
/** A fact somebody hands in with a question. */
export type KnownFact = z.output<typeof knownFact>;
/** A likely cause. */
export type Hypothesis = z.output<typeof hypothesis>;
/** A past incident like this one. */
export type SimilarIncident = z.output<typeof similarIncident>;
/** What a failure is, and what to do about it. */
export type FailureAnalysis = z.output<typeof failureAnalysis>;
