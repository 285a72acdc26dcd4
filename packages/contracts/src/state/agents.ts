import { endpoint, event, id } from '@seedcore/protocol';
import { z } from 'zod';
import { agentPatch, agentRecord, liveness } from '../agent-record.ts';
import {
  conflict,
  contended,
  corruptRecord,
  restoring,
  revision,
  staleEpoch,
  tooLarge,
  unknownAgent,
} from './refusals.ts';

const age = z.number().nonnegative();
const share = z.number().min(0).max(1);
const agentLine = z.strictObject({
  agent_id: id,
  revision,
  organ_id: id.nullable(),
  project_id: id.nullable(),
  specialty: id.nullable(),
  lifecycle: id.nullable(),
  archived: z.boolean(),
  liveness,
  heartbeat_age_ms: age.nullable(),
  agent: agentRecord.optional().describe('the whole record, with fields: full'),
});

/** Records of agents. */
export const agentEndpoints = {
  get_agent_state: endpoint({
    doc: 'The record of one agent, and whether it is heard of.',
    input: z.strictObject({
      agent_id: id,
      consistency: z.enum(['cached', 'leader']).default('cached'),
      min_revision: revision.optional().describe('read from the leader when the cache is older'),
    }),
    output: z.strictObject({
      agent: agentRecord,
      revision,
      age_ms: age.describe('since this replica last compared the record with the bucket'),
      heartbeat_age_ms: age.nullable(),
      liveness,
    }),
    failures: { unknown_agent: unknownAgent, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 2000,
  }),
  update_agent_state: endpoint({
    doc: 'Sets fields of an agent to the values given; two writers of different fields both win.',
    input: z
      .strictObject({
        agent_id: id,
        patch: agentPatch,
        expected_revision: revision.optional().describe('write only over this revision; 0 = must not exist'),
        epoch: z.int().nonnegative().optional().describe("the owner's; smaller than the record's is refused"),
        normalise: z.boolean().default(false).describe('repair p: negatives to 0, divided by the sum'),
        create: z.boolean().default(false),
      })
      .meta({ example: { agent_id: 'a1', patch: { mem_util: 0.25 }, create: true } }),
    output: z.strictObject({ revision, changed: z.array(z.string()), normalised: z.boolean() }),
    failures: {
      conflict,
      contended,
      stale_epoch: staleEpoch,
      invalid_roles: z.strictObject({ why: z.string() }),
      bad_vector: z.strictObject({ dim: z.int(), want: z.int(), why: z.string() }),
      archived: z.strictObject({ agent_id: id }),
      unknown_agent: unknownAgent,
      too_large: tooLarge,
      restoring,
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  delete_agent_state: endpoint({
    doc: 'Removes the record of an agent.',
    input: z.strictObject({ agent_id: id, expected_revision: revision.optional() }),
    output: z.strictObject({ deleted: z.boolean() }),
    failures: { conflict, contended, restoring, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  list_agents: endpoint({
    doc: 'Agents on record, in id order.',
    input: z.strictObject({
      organ_id: id.optional(),
      project_id: id.optional(),
      specialty: id.optional(),
      lifecycle: id.optional(),
      alive_within_s: z.number().positive().max(86_400).optional(),
      fields: z.enum(['summary', 'full']).default('summary'),
      limit: z.int().min(1).max(500).default(100),
      cursor: id.optional(),
    }),
    output: z.strictObject({
      agents: z.array(agentLine),
      total: z.int().nonnegative(),
      cursor: id.optional(),
      completeness: share.describe('records this replica can show, of all there are; 0 while it starts'),
    }),
    idempotent: true,
    deadlineMs: 2000,
  }),
};

/** What is told of them. */
export const agentEvents = {
  agent_changed: event({
    doc: 'Fields of an agent got new values.',
    kind: 'lossy',
    data: z.strictObject({
      agent_id: id,
      revision,
      fields: z.array(z.string()),
      by: z.string().max(64).optional().describe('who wrote them: a service, or the instance whose beat brought them'),
    }),
    key: 'agent_id',
  }),
  agent_deleted: event({
    doc: 'The record of an agent was removed.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id }),
    key: 'agent_id',
  }),
};
