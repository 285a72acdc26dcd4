import { endpoint, id } from '@seedcore/protocol';
import { z } from 'zod';
import { aggregatedState, unifiedPicture } from '../aggregated-state.ts';

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
};
