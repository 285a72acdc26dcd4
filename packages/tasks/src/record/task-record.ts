import { degraded, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { attempt, deadReason, priority, progress, taskError, taskSpec, taskState } from '../task-spec.ts';
import { valueRef } from './large-values.ts';

const count = z.int().nonnegative();

/** Tasks below tasks, and tasks of one task. */
export const MAX_DEPTH = 4;
export const MAX_CHILDREN = 64;
/** Attempts kept in the record, the newest. */
export const KEPT_ATTEMPTS = 20;

/**
 * The truth about one task; messages, results and events only carry or copy it.
 *
 * T1 a final state changes only by a redrive, into generation + 1.
 * T2 attempts of a generation are numbered from 1 without holes; generation and number name one claim.
 * T3 epochs of a task only grow.
 * T4 only the owner of the newest claim ends it, unless it is taken over, or cancelled by force.
 */
export const taskRecord = z.strictObject({
  id,
  gen: z.int().min(1),
  type: z.string().max(64),
  domain: z.string().max(64),
  priority,
  queue: name,
  lane: z.enum(['high', 'normal', 'low']),
  state: taskState,
  /** `cancel` asks the owner of a running attempt to stop. */
  desired: z.enum(['run', 'cancel']),
  reason: z.string().max(200).optional(),
  stopped_by: z.enum(['nobody', 'owner', 'force']).optional(),
  /** Name of the one message responsible for moving the task on; its sequence once it was delivered. */
  carrier: z.string().max(160),
  carriers: count,
  /** Carriers of this life that were gone and had to be replaced. */
  lost_carriers: count.optional(),
  seq: count,
  attempt: count,
  /** Attempts that ended in an error or at a limit, and attempts whose worker was lost. */
  spent: count,
  lost: count,
  /** Attempts in which nothing ran, because something they need was away. */
  unserved: count.default(0),
  /** Revision of the write that began the attempt; 0 until the next write. */
  epoch: count,
  owner: z.string().max(128).optional(),
  not_before: time.optional(),
  deadline_at: time.optional(),
  spec: taskSpec.optional(),
  /** True when the params are kept at `i.<id>.<hash>`. */
  input_ref: z.boolean(),
  raw: z.string().max(4096).optional(),
  /** Of type, params and description: tells a repeat from a conflict. */
  hash: z.string().max(64),
  traceparent: z.string().max(64).optional(),
  route: z.unknown().optional(),
  /** Kept back by a router: since when, how often it has looked, and why. */
  held: z.strictObject({ since: time, looks: z.int().min(1), why: z.string().max(200) }).optional(),
  attempts: z.array(attempt).max(KEPT_ATTEMPTS),
  /** Attempts that ended because the task waits; they count for nothing. */
  parks: count.default(0),
  /** What it waited for has happened so often. */
  wakes: count.default(0),
  /** Whose child it is, and which step of it. */
  parent: z.strictObject({ id, gen: z.int().min(1), step: z.string().max(40) }).optional(),
  /** How deep below a task that is nobody's child. */
  depth: z.int().min(0).max(MAX_DEPTH).default(0),
  children: z.array(id).max(MAX_CHILDREN).default([]),
  /** Steps of earlier lives that are not run again, by the generation whose memo holds. */
  kept: z.record(z.string(), z.int().min(1)).default({}),
  progress: progress.optional(),
  /** What the attempt before did wrong, in the words of who ended it; for the next one that can fail. */
  correction: z.unknown().optional(),
  value: z.unknown().optional(),
  /** Where the value is, when it is larger than 64 KiB. */
  value_ref: valueRef.optional(),
  /** What the attempt that succeeded left to be delivered, of the service that ran it. */
  ext: z.unknown().optional(),
  error: taskError.optional(),
  degraded: degraded.optional(),
  dead: deadReason.optional(),
  created_at: time,
  started_at: time.optional(),
  finished_at: time.optional(),
  updated_at: time,
});

/** The truth about one task. */
export type TaskRecord = z.output<typeof taskRecord>;

const FINAL = new Set(['succeeded', 'failed', 'cancelled', 'expired']);

/** True for a state nothing leaves but a redrive. */
export const isFinal = (record: Pick<TaskRecord, 'state'>): boolean => FINAL.has(record.state);

/** Milliseconds since 1970 as RFC 3339 text. */
export const timeOf = (ms: number): string => new Date(ms).toISOString();
