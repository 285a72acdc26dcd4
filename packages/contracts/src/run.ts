import { degraded, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from './organ-record.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** Work handed to organism directly; its type is the name of the skill that does it, its params that skill's input. */
export const runTask = z
  .strictObject({
    id: id.optional().describe('a repeat with the same id gets the same outcome for 24 h; left out: a new one'),
    type: name,
    description: z.string().max(8000).default(''),
    params: z.record(z.string(), z.unknown()).default({}),
    domain: name.default('general'),
    priority: z.enum(['critical', 'high', 'normal', 'low']).default('normal'),
    deadline_at: time.optional(),
    requires: z.array(name).max(8).default([]).describe('further skills the agent must have'),
  })
  .meta({ example: { type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } } });

/** What the caller wants of the running. */
export const runHints = z.strictObject({
  min_capability: share
    .default(0)
    .describe('least capability of the agent, in this skill once it has done it five times'),
  affinity: id.optional().describe('agent that holds the context: preferred, not required'),
  max_runs: z
    .int()
    .min(1)
    .max(4)
    .default(4)
    .describe('runs in all, when they fail for a reason another run may not have'),
});

/** How one run of a task ended. */
export const runEnd = z.enum(['ok', 'error', 'killed', 'timeout', 'lost', 'cancelled', 'handed_back']);

/** Why a run was ended by whoever watches it: its output, its silence, its time, its going in circles, or a person. */
export const killKind = z.enum(['pad', 'silent', 'idle', 'run', 'repeat', 'manual']);

/** One run of a task that came before the last. */
export const pastRun = z.strictObject({
  attempt: count,
  outcome: runEnd,
  kind: killKind.optional().describe('why it was ended, when somebody else ended it'),
  reason: z.string().max(400).optional(),
  ms: z.number().nonnegative(),
});

/** What a task cost; what no meter counted says `metered: false`. */
export const runUsage = z.strictObject({
  busy_ms: z.number().nonnegative(),
  llm_calls: count,
  tokens_in: count,
  tokens_out: count,
  money_micros: count.nullable(),
  metered: z.boolean(),
});

/** Why a task has no result. */
export const runError = z.strictObject({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  details: z.unknown().optional(),
});

/** How a task ended, who did it, and what was tried before. */
export const outcome = z.strictObject({
  task_id: id,
  state: z.enum(['succeeded', 'failed', 'cancelled', 'expired']),
  attempt: count,
  epoch: count,
  organ_id: organName,
  agent_id: id,
  skill: name,
  result: z.unknown().optional(),
  quality: share.nullable().describe('null: the skill brings no checker'),
  error: runError.optional(),
  history: z.array(pastRun).max(20),
  usage: runUsage,
  trace_id: z.string(),
});

/** An outcome as it is announced: without its result, with the mark of a result that is not live. */
export const announcedOutcome = outcome.omit({ result: true }).extend({ degraded: degraded.optional() });

/** Work handed to organism directly. */
export type RunTask = z.output<typeof runTask>;
/** What the caller wants of the running. */
export type RunHints = z.output<typeof runHints>;
/** How one run ended. */
export type RunEnd = z.output<typeof runEnd>;
/** Why a run was ended by whoever watches it. */
export type KillKind = z.output<typeof killKind>;
/** One run that came before the last. */
export type PastRun = z.output<typeof pastRun>;
/** What a task cost. */
export type RunUsage = z.output<typeof runUsage>;
/** Why a task has no result. */
export type RunError = z.output<typeof runError>;
/** How a task ended. */
export type Outcome = z.output<typeof outcome>;
