import { endpoint, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { runEnd } from '../run.ts';
import { unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const share = z.number().min(0).max(1);
const heardOf = {
  partial: z.boolean().describe('true: a replica did not answer in time, and is not counted'),
  missing_replicas: z.array(id),
};
const quantile = ms.nullable().describe('from counts by size, at most 10 % too high; null without a run');

const figures = z.strictObject({
  covered_s: z
    .number()
    .nonnegative()
    .describe('how much of the window is known: less after a start, or after very many runs'),
  counters: z.strictObject({ runs: count, respawns: count, by_end: z.record(runEnd, count) }),
  gauges: z.strictObject({
    idle: count,
    busy: count,
    threads: count,
    stuck_threads: count,
    lag_ms: ms.describe('of the event loop; merged: the longest'),
    rss_mb: ms,
  }),
  p50_ms: quantile,
  p95_ms: quantile,
  p99_ms: quantile,
});
const measured = { n: count.describe('agents it is made from: those whose host answered') };

/** What can be known of the whole, from every replica that answers. */
export const insightEndpoints = {
  get_organism_metrics: endpoint({
    doc: 'Runs of the last minutes and what goes on now, by replica and together.',
    input: z.strictObject({ window_s: z.int().min(10).max(3600).default(300), organ_id: organName.optional() }),
    output: z.strictObject({
      window_s: count,
      merged: figures,
      replicas: z.array(figures.extend({ instance: id })),
      ...heardOf,
    }),
    failures: { unknown_organ: unknownOrgan },
    idempotent: true,
    deadlineMs: 3000,
    criticality: 'optional',
  }),
  get_organism_summary: endpoint({
    doc: 'How the whole has fared: work by skill, success, times, and what its agents have done so far.',
    input: z.strictObject({ window_s: z.int().min(60).max(86_400).default(3600) }),
    output: z.strictObject({
      window_s: count,
      covered_s: z.number().nonnegative().describe('how much of the window every replica that answered knows'),
      tasks: z.record(name, z.strictObject({ runs: count, ok: count })).describe('by skill'),
      success_rate: share.nullable().describe('of the runs that ended by themselves; null without one'),
      p95_ms: quantile,
      respawns: count,
      total_agents: count,
      total_tasks_processed: z.strictObject({ value: count, ...measured }),
      average_capability_score: z.strictObject({ value: share.nullable(), ...measured }),
      total_memory_writes: z.strictObject({ value: count, ...measured }),
      overall_health: z.enum(['healthy', 'degraded', 'down']),
      reasons: z.array(z.string()),
      ...heardOf,
    }),
    idempotent: true,
    deadlineMs: 3000,
    criticality: 'optional',
  }),
  get_organism_health: endpoint({
    doc: 'Whether this replica lives, can take work, and what it has to do without.',
    input: z.strictObject({}),
    output: z.strictObject({
      live: z.boolean(),
      ready: z.boolean().describe('true: some organ has a live agent'),
      degraded: z.boolean(),
      missing: z.array(z.strictObject({ what: z.string(), since: time, effect: z.string() })),
    }),
    idempotent: true,
    deadlineMs: 500,
    criticality: 'critical',
  }),
  get_organism_logs: endpoint({
    doc: 'The newest lines of the logs of all replicas, secrets hidden, newest first.',
    input: z.strictObject({
      level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']).default('INFO').describe('this and above'),
      limit: z.int().min(1).max(1000).default(100),
      since: time.optional(),
      organ_id: organName.optional(),
      task_id: id.optional(),
      trace_id: z.string().min(1).max(64).optional(),
      contains: z.string().min(1).max(64).optional(),
    }),
    output: z.strictObject({
      lines: z.array(
        z.strictObject({
          at: time,
          level: z.string(),
          instance: id,
          message: z.string(),
          fields: z.record(z.string(), z.unknown()),
        }),
      ),
      cut: z.boolean().describe('true: a replica had more lines than it could send, and left out older ones'),
      ...heardOf,
    }),
    idempotent: true,
    deadlineMs: 3000,
    criticality: 'optional',
  }),
};
