import { degraded, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();

/** How urgent work is; critical and high share a lane. */
export const priority = z.enum(['critical', 'high', 'normal', 'low']);

/** Where a task stands; the last four are final. */
export const taskState = z.enum([
  'delayed',
  'held',
  'queued',
  'running',
  'waiting',
  'retrying',
  'succeeded',
  'failed',
  'cancelled',
  'expired',
]);

/** What somebody wants done. */
export const taskSpec = z
  .strictObject({
    id: id.optional().describe('a lower-case ULID is made when left out'),
    type: name,
    description: z.string().max(8000).default(''),
    params: z.record(z.string(), z.unknown()).default({}),
    domain: name.default('general'),
    priority: priority.default('normal'),
    deadline_at: time.optional().describe('1 s to 7 d ahead; later work is not started'),
    run_after: time.optional().describe('not started before; at most 90 d ahead'),
    requires: z.array(name).max(8).default([]).describe('skills the agent must have'),
    idempotency_key: z.string().min(1).max(200).optional().describe('the same key is the same task'),
    hints: z
      .strictObject({
        organ_id: id.optional().describe('taken when this organ can do it'),
        max_attempts: z.int().min(1).max(20).optional().describe('fewer than its queue allows'),
        min_capability: z.number().min(0).max(1).optional().describe('least capability of the agent that does it'),
        affinity: id.optional().describe('agent that holds the context: preferred, not required'),
      })
      .prefault({}),
  })
  .meta({ example: { type: 'analyze_series', params: { values: [1, 1, 2, 1, 9] } } });

/** Why an attempt or a task failed. */
export const taskError = z.strictObject({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.unknown().optional(),
});

/** One try at a task. */
export const taskAttempt = z.strictObject({
  n: count,
  epoch: count,
  owner: z.string().describe('the instance that ran it'),
  started_at: time,
  ended_at: time.optional(),
  outcome: z
    .string()
    .optional()
    .describe('ok, error, lost, killed, timeout, cancelled, handed_back, parked (it waited); absent while it runs'),
  error: taskError.optional(),
  step: z.string().optional().describe('it was in when it ended'),
  delay_ms: ms.optional().describe('before the next attempt'),
});

/** Which way the coordinator sent a task, and why there. */
export const taskRoute = z.strictObject({
  queue: name,
  organ_id: id.optional().describe('absent for what the coordinator does itself'),
  resolved_from: z.string().describe('preferred, domain, task, default, fallback, or own'),
  decided_at: time,
});

/** The outcome of a task, the same for all ways it can go. */
export const resultEnvelope = z.strictObject({
  version: z.literal('2'),
  kind: z.enum(['fast_path', 'triage', 'error']),
  success: z.boolean(),
  task_id: id,
  gen: count,
  payload: z.unknown().optional().describe('fast_path: organ_id, agent_id, skill, result, quality; triage: the report'),
  error: taskError.extend({ attempts: z.array(taskAttempt) }).optional(),
  degraded: degraded.optional(),
  metadata: z.strictObject({
    path: z.string().describe('queues passed, and the organ'),
    wait_ms: ms.describe('from acceptance to the first start'),
    run_ms: ms.describe('from the first start to the end'),
  }),
});

const taskLine = {
  id,
  type: z.string(),
  domain: name,
  state: taskState,
  gen: count,
  attempt: count,
  queue: name,
  priority,
  created_at: time,
  started_at: time.optional(),
  finished_at: time.optional(),
  deadline_at: time.optional(),
};

/** A task in a list. */
export const taskSummary = z.strictObject(taskLine);

/** One thing that happened to a task. */
export const taskHappening = z.strictObject({
  at: time,
  event: z
    .string()
    .describe('as submitted, claimed, step, retrying, taken_over, parked, woken, succeeded, late_after_fence'),
  gen: count,
  state: taskState.describe('of the task afterwards'),
  queue: z.string(),
  attempt: count,
  epoch: count.describe('of the attempt it speaks of'),
  rev: count.optional().describe('of the write it speaks of: events with one have an order'),
  owner: z.string().optional(),
  step: z.string().optional(),
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  delay_ms: ms.optional().describe('before the next attempt'),
  reason: z.string().optional(),
  patch: z.unknown().optional().describe('what repaired the input'),
  from_step: z.string().optional().describe('the steps before it were kept'),
  outcome: z.string().optional().describe('of an attempt that came too late: ok, error, or silent'),
});

/** A task as one sees it. */
export const taskView = z.strictObject({
  ...taskLine,
  not_before: time.optional().describe('when the next attempt is due'),
  held: z
    .strictObject({ since: time, looks: count, why: z.string() })
    .optional()
    .describe('kept back by the coordinator until another look'),
  progress: z.strictObject({ pct: z.number().optional(), note: z.string().optional(), age_ms: ms }).optional(),
  error: taskError.optional().describe('of the last attempt that ended badly'),
  route: taskRoute.optional(),
  attempts: z.array(taskAttempt),
  result: resultEnvelope.optional(),
  input: z.unknown().optional(),
  history: z
    .array(taskHappening)
    .optional()
    .describe('oldest first, the newest 200 of 14 days; those of the last moment may be missing'),
});

/** What somebody wants done, with defaults filled in. */
export type TaskSpec = z.output<typeof taskSpec>;
/** Where a task stands. */
export type TaskState = z.output<typeof taskState>;
/** How urgent work is. */
export type Priority = z.output<typeof priority>;
/** Why an attempt or a task failed. */
export type TaskError = z.output<typeof taskError>;
/** One try at a task. */
export type TaskAttempt = z.output<typeof taskAttempt>;
/** Which way the coordinator sent a task. */
export type TaskRoute = z.output<typeof taskRoute>;
/** The outcome of a task. */
export type ResultEnvelope = z.output<typeof resultEnvelope>;
/** One thing that happened to a task. */
export type TaskHappening = z.output<typeof taskHappening>;
/** A task in a list. */
export type TaskSummary = z.output<typeof taskSummary>;
/** A task as one sees it. */
export type TaskView = z.output<typeof taskView>;
