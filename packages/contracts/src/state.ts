import { endpoint, event, failure, id, service } from '@seedcore/protocol';
import { z } from 'zod';
import { agentPatch, agentRecord, liveness } from './agent-record.ts';
import { aggregatedState } from './aggregated-state.ts';
import { belief, beliefChange, beliefStep } from './belief.ts';
import { fact, newFact, tag } from './fact.ts';

const revision = z.int().nonnegative();
const age = z.number().nonnegative();
const share = z.number().min(0).max(1);

const conflict = failure(z.strictObject({ current_revision: revision }), { status: 409 });
const contended = failure(z.strictObject({ tries: z.int() }), { status: 409 });
const unknownAgent = failure(z.strictObject({ agent_id: id }), { status: 404 });
const tooLarge = z.strictObject({ limit: z.int(), got: z.int() });
const staleEpoch = failure(z.strictObject({ current_epoch: z.int() }), { status: 409 });
const unknownProject = failure(z.strictObject({ project_id: id }), { status: 404 });
const turn = z.int().nonnegative();
const corruptRecord = z.strictObject({ key: z.string(), why: z.string() });

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

const foundFact = z.strictObject({
  fact,
  revision,
  score: share.describe('relevance divided by that of the best hit; 1 for a read by id or field'),
  rank: z.int().min(1),
  score_text: z.number().nonnegative().optional().describe('the BM25 score itself'),
  staleness_s: age.describe('since it was observed'),
  conflict_set: z.array(id).describe('facts of the same subject and predicate with another object'),
});

/** The memory of the organism: records of agents, facts, and one picture of everything with its age and gaps. */
export const state = service('state', {
  doc: 'Remembers agents and facts, and assembles one picture of everything that says how old and how complete it is.',
  version: '0.1.0',
  endpoints: {
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
        corrupt_record: corruptRecord,
      },
      idempotent: true,
      deadlineMs: 15_000,
    }),
    delete_agent_state: endpoint({
      doc: 'Removes the record of an agent.',
      input: z.strictObject({ agent_id: id, expected_revision: revision.optional() }),
      output: z.strictObject({ deleted: z.boolean() }),
      failures: { conflict, contended, corrupt_record: corruptRecord },
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
    store_fact: endpoint({
      doc: 'Stores a fact; the same text from the same source is the same fact.',
      input: newFact,
      output: z.strictObject({ fact_id: id, revision, deduplicated: z.boolean(), conflict_set: z.array(id) }),
      failures: { conflict, contended, too_large: tooLarge, corrupt_record: corruptRecord },
      idempotent: true,
      deadlineMs: 15_000,
    }),
    search_facts: endpoint({
      doc: 'Facts by words (BM25), or by ids, subject, predicate and tags, newest first.',
      input: z
        .strictObject({
          query: z.string().min(1).max(1024).optional(),
          ids: z.array(id).min(1).max(100).optional(),
          subject: z.string().min(1).max(256).optional(),
          predicate: z.string().min(1).max(256).optional(),
          tags: z.array(tag).max(16).default([]).describe('all of them'),
          k: z.int().min(1).max(50).default(10),
          min_trust: share.optional(),
          max_staleness_s: z.number().positive().optional(),
          include_expired: z.boolean().default(false),
        })
        .meta({ example: { query: 'pump vibrates' } }),
      output: z.strictObject({
        facts: z.array(foundFact),
        coverage: z.strictObject({
          index: share.describe('facts this replica can search, of all there are; 0 while it starts'),
        }),
      }),
      idempotent: true,
      deadlineMs: 2000,
      criticality: 'optional',
    }),
    get_belief: endpoint({
      doc: 'What a project holds to be so, now or in an earlier turn.',
      input: z.strictObject({
        project_id: id,
        at_turn: turn.optional().describe('as it was last in that turn; the newest 64 revisions are kept'),
        consistency: z.enum(['cached', 'leader']).default('leader'),
      }),
      output: z.strictObject({ belief, revision }),
      failures: {
        unknown_project: unknownProject,
        turn_not_kept: failure(z.strictObject({ oldest_turn: turn, current_turn: turn }), { status: 404 }),
        corrupt_record: corruptRecord,
      },
      idempotent: true,
      deadlineMs: 2000,
      criticality: 'critical',
    }),
    advance_belief: endpoint({
      doc: 'One turn further, into another state; counted once however often it is asked.',
      input: z
        .strictObject({ ...beliefChange, ...beliefStep })
        .meta({ example: { project_id: 'p1', new_state: 'build', expected_turn: 4, request_id: 'r-17' } }),
      output: z.strictObject({ turn, revision, duplicate: z.boolean() }),
      failures: {
        unknown_project: unknownProject,
        turn_conflict: failure(z.strictObject({ current_turn: turn }), { status: 409 }),
        stale_epoch: staleEpoch,
        contended,
        corrupt_record: corruptRecord,
      },
      idempotent: true,
      deadlineMs: 15_000,
      criticality: 'critical',
    }),
    set_constraints: endpoint({
      doc: 'Sets what limits a project, in the turn it is in; over revision 0 it begins a project.',
      input: z
        .strictObject({ ...beliefChange, constraints: belief.shape.constraints, expected_revision: revision })
        .meta({ example: { project_id: 'p1', constraints: { budget: 10 }, expected_revision: 0, request_id: 'r-1' } }),
      output: z.strictObject({ revision, constraints_hash: z.string(), turn }),
      failures: {
        conflict,
        stale_epoch: staleEpoch,
        contended,
        too_large: tooLarge,
        corrupt_record: corruptRecord,
      },
      idempotent: true,
      deadlineMs: 15_000,
      criticality: 'critical',
    }),
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
  },
  events: {
    agent_changed: event({
      doc: 'Fields of an agent got new values.',
      kind: 'lossy',
      data: z.strictObject({ agent_id: id, revision, fields: z.array(z.string()) }),
      key: 'agent_id',
    }),
    agent_deleted: event({
      doc: 'The record of an agent was removed.',
      kind: 'lossy',
      data: z.strictObject({ agent_id: id }),
      key: 'agent_id',
    }),
    belief_changed: event({
      doc: 'A project came into another turn, or got other constraints.',
      kind: 'lossy',
      data: z.strictObject({ project_id: id, turn, revision }),
      key: 'project_id',
    }),
    fact_stored: event({
      doc: 'A fact was stored or seen again.',
      kind: 'lossy',
      data: z.strictObject({ fact_id: id, revision, deduplicated: z.boolean() }),
      key: 'fact_id',
    }),
    fact_conflict: event({
      doc: 'A stored fact disagrees with others on the object of the same subject and predicate.',
      kind: 'lossy',
      data: z.strictObject({ fact_id: id, conflict_set: z.array(id) }),
      key: 'fact_id',
    }),
  },
});
