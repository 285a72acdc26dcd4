import { endpoint, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from '../agent-record.ts';
import { lifecycle } from './agents.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const age = z.number().nonnegative();

const asked = z.strictObject({
  agent_ids: z.array(id).min(1).max(1000).optional().describe('left out: every agent'),
  timeout_ms: z
    .int()
    .min(100)
    .max(30_000)
    .optional()
    .describe('from now to the end of the collection; left out: as the service is configured'),
  max_age_ms: z.int().min(0).max(600_000).default(0).describe('what was heard so lately is not asked for again'),
  probe: z.boolean().default(false).describe("also asks each agent's thread whether it still turns"),
  limit: z.int().min(1).max(1000).default(1000),
  cursor: id.optional(),
});

/** What one agent says of itself. */
const heartbeatOf = z.strictObject({
  role_probs: roleShares,
  performance_metrics: z.strictObject({
    success_rate: share.nullable(),
    quality_score: share.nullable(),
    capability_score_c: share,
    tasks_processed: count,
    successful_tasks: count,
  }),
  memory_metrics: z.strictObject({ memory_writes: count, memory_hits: count, salient: count }),
  local_state: z.strictObject({ recent_quality_scores: z.array(share).max(5) }),
  lifecycle,
});

const statsOf = z.strictObject({
  capability_score: share,
  tasks_processed: count,
  success_rate: share.nullable().describe('null before the first task'),
  avg_quality: share.nullable().describe('null: nobody has measured any'),
  memory_writes: count,
});

/** How an answer came about, and what kept it from being a live one. */
const how = {
  source: z.enum(['live', 'cached', 'none']),
  age_ms: age.optional().describe('since it was measured, or since the agent last answered'),
  responding: z.boolean().optional().describe('whether its thread answered; only when that was asked'),
  error: z.enum(['timeout', 'unknown_agent', 'starting', 'gone', 'archived', 'not_asked']).optional(),
};

const collected = <S extends z.ZodType>(agents: S) =>
  z.strictObject({
    collected_at: time,
    took_ms: age,
    requested: count,
    fresh: count,
    cached: count,
    missing: count,
    partial: z.boolean(),
    agents,
    next_cursor: id.optional(),
  });

/** What agents say of themselves, gathered without waiting for any one of them. */
export const telemetryEndpoints = {
  collect_heartbeats: endpoint({
    doc: 'What every agent says of itself, by the end fixed when it was asked; each answer says how old it is.',
    input: asked,
    output: collected(z.record(id, z.strictObject({ ...how, heartbeat: heartbeatOf.optional() }))),
    idempotent: true,
    deadlineMs: 35_000,
  }),
  collect_agent_stats: endpoint({
    doc: 'Figures of every agent, by the end fixed when it was asked; each answer says how old it is.',
    input: asked,
    output: collected(z.record(id, z.strictObject({ ...how, stats: statsOf.optional() }))),
    idempotent: true,
    deadlineMs: 35_000,
  }),
};
