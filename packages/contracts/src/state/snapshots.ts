import { endpoint, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { aggregatedState, unifiedPicture } from '../aggregated-state.ts';

const count = z.int().nonnegative();

/** Everything in one look, at most 2 KiB as JSON. */
const brief = z.strictObject({
  at: time,
  agents: z.strictObject({ known: count, alive: count, late: count, silent: count, unknown: count, archived: count }),
  oldest_heartbeat_ms: z.number().nonnegative().nullable().describe('of agents that were heard of; null: of none'),
  completeness: z.number().min(0).max(1).describe('the smallest of the parts'),
  memory: z.strictObject({ facts: count, long_term: count, flashbulb: count, episode: count }),
  last_backup: z
    .strictObject({ name: z.string(), status: z.enum(['running', 'verified', 'failed']), created_at: time })
    .nullable()
    .describe('null: there is none, or it is not known, which is a problem then'),
  last_drill: z.strictObject({ name: z.string(), ok: z.boolean(), at: time }).nullable(),
  problems: z.array(z.string().max(100)).max(10).describe('in order of harm'),
  problems_more: count,
});

/** Everything in one look. */
export type StateBrief = z.output<typeof brief>;

const tooManyAgents = z.strictObject({ n: z.int(), max: z.int() });
const agentIds = z.array(id).max(500).optional();

/** Everything in one picture. */
export const snapshotEndpoints = {
  get_aggregated_state: endpoint({
    doc: 'One picture of agents, organs, system and memory; nothing missing is filled in.',
    input: z.strictObject({
      aggregation_type: z.enum(['all', 'recent', 'summary']).default('all'),
      since_s: z.int().min(1).max(86_400).default(300).describe('for recent: changed or heard of since'),
      agent_ids: agentIds,
    }),
    output: aggregatedState,
    failures: { too_many_agents: tooManyAgents },
    idempotent: true,
    // Puts together everything there is, and several ask for the same at once.
    coalesce: true,
    degradable: true,
    deadlineMs: 2000,
  }),
  get_unified_state: endpoint({
    doc: 'The same picture part by part, for those who come again: nothing but its id while it has not changed.',
    input: z
      .strictObject({
        agent_ids: agentIds,
        include_organs: z.boolean().default(true),
        include_system: z.boolean().default(true),
        include_memory: z.boolean().default(true),
        if_none_match: z.string().max(64).optional().describe('the snapshot_id that is known'),
        vectors: z.enum(['b64', 'omit']).default('b64').describe('omit: every h is null'),
      })
      .meta({ example: { if_none_match: '9c1185a5c5e9fc54', vectors: 'omit' } }),
    output: unifiedPicture,
    failures: { too_many_agents: tooManyAgents },
    idempotent: true,
    coalesce: true,
    degradable: true,
    deadlineMs: 2000,
  }),
  get_state_summary: endpoint({
    doc: 'Everything in one look: how many there are, how well they are known, the last backup, and what is wrong.',
    input: z.strictObject({}),
    output: brief,
    idempotent: true,
    coalesce: true,
    deadlineMs: 2000,
    criticality: 'optional',
  }),
};
