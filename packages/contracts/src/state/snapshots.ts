import { endpoint, id } from '@seedcore/protocol';
import { z } from 'zod';
import { aggregatedState } from '../aggregated-state.ts';

/** Everything in one picture. */
export const snapshotEndpoints = {
  get_aggregated_state: endpoint({
    doc: 'One picture of agents, organs, system and memory; nothing missing is filled in.',
    input: z.strictObject({
      aggregation_type: z.enum(['all', 'recent', 'summary']).default('all'),
      since_s: z.int().min(1).max(86_400).default(300).describe('for recent: changed or heard of since'),
      agent_ids: z.array(id).max(500).optional(),
    }),
    output: aggregatedState,
    failures: { too_many_agents: z.strictObject({ n: z.int(), max: z.int() }) },
    idempotent: true,
    // Puts together everything there is, and several ask for the same at once.
    coalesce: true,
    deadlineMs: 2000,
  }),
};
