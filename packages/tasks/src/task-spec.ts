import { degraded, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { valueRef } from './record/large-values.ts';

/** Four priorities share three lanes: critical and high both travel in `high`. */
export const priority = z.enum(['critical', 'high', 'normal', 'low']);
/** A priority. */
export type Priority = z.output<typeof priority>;

/** A piece of durable work as somebody hands it in; also the body of a plain publish on a task subject. */
export const taskSpec = z.strictObject({
  id: id.optional(),
  type: name,
  description: z.string().max(8000).default(''),
  params: z.record(z.string(), z.unknown()).default({}),
  domain: name.default('general'),
  priority: priority.default('normal'),
  deadline_at: time.optional(),
  run_after: time.optional(),
  requires: z.array(name).max(8).default([]),
  idempotency_key: z.string().min(1).max(200).optional(),
  hints: z
    .strictObject({
      organ_id: id.optional(),
      max_attempts: z.int().min(1).max(20).optional(),
      /** Least capability of whoever does it, and who is preferred; for workers that choose among several. */
      min_capability: z.number().min(0).max(1).optional(),
      affinity: id.optional(),
    })
    .prefault({}),
});

/** A task as it is handed in: defaults may be left out. */
export type TaskSpec = z.input<typeof taskSpec>;
/** A task with its defaults filled in. */
export type FullTaskSpec = z.output<typeof taskSpec>;

/** Where the task is in its life. `succeeded`, `failed`, `cancelled` and `expired` are final. */
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
/** A state. */
export type TaskState = z.output<typeof taskState>;
/** A state nothing leaves but a redrive. */
export type FinalState = 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** Why an attempt or a task ended badly. */
export const taskError = z.strictObject({
  code: z.string().max(64),
  message: z.string().max(400),
  retryable: z.boolean(),
  details: z.unknown().optional(),
});
/** Why an attempt or a task ended badly. */
export type TaskError = z.output<typeof taskError>;

/** One run of a task. */
export const attempt = z.strictObject({
  n: z.number().int().min(1),
  /** Revision of the write that began it; 0 until the next write of the record. */
  epoch: z.number().int().nonnegative(),
  owner: z.string().max(128),
  started_at: time,
  ended_at: time.optional(),
  outcome: z.enum(['ok', 'error', 'timeout', 'lost', 'killed', 'cancelled', 'handed_back', 'parked']).optional(),
  error: taskError.optional(),
  /** The step it was in when it ended. */
  step: z.string().max(40).optional(),
  /** Wait before the next attempt, in ms. */
  delay_ms: z.number().nonnegative().optional(),
});
/** One run of a task. */
export type Attempt = z.output<typeof attempt>;

/** How far a running task has come, in its own words. */
export const progress = z.strictObject({
  pct: z.number().min(0).max(1).optional(),
  note: z.string().max(200).optional(),
  at: time,
});
/** How far a running task has come. */
export type Progress = z.output<typeof progress>;

/** Code of the error that ends a task of which an effect may have been done, or not. */
export const EFFECT_UNKNOWN = 'effect_unknown';

/** Code of the error that ends a task whose messages are gone again and again. */
export const CARRIER_LOST = 'carrier_lost';

/** Why a task became a dead letter. */
export const deadReason = z.enum([
  'attempts_spent',
  'runs_lost',
  'not_retryable',
  'effect_unknown',
  'carrier_lost',
  'bad_message',
  'bad_record',
  'held_too_long',
]);
/** Why a task became a dead letter. */
export type DeadReason = z.output<typeof deadReason>;

/** The end of one generation of a task, kept at `<ns>.result.<id>` and announced at `<ns>.evt.result.<id>`. */
export const taskResult = z.strictObject({
  id,
  gen: z.number().int().min(1),
  type: z.string(),
  state: z.enum(['succeeded', 'failed', 'cancelled', 'expired']),
  value: z.unknown().optional(),
  /** Where the value is, when it is larger than 64 KiB; those who read results through this package get the value. */
  value_ref: valueRef.optional(),
  error: taskError.optional(),
  degraded: degraded.optional(),
  attempts: z.number().int().nonnegative(),
  created_at: time,
  started_at: time.optional(),
  finished_at: time,
});
/** The end of one generation of a task. */
export type TaskResult = z.output<typeof taskResult>;
