import { endpoint, failure, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from '../agent-record.ts';
import { organName } from '../organ-record.ts';
import { outcome, runHints, runTask } from '../run.ts';
import { agentLine } from './agents.ts';
import { runFailures, staleHandle, unknownAgent, unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();

/** What a new agent shall be. */
const wanted = z
  .strictObject({
    organ_id: organName,
    agent_id: id.optional().describe('left out: <organ_id>_agent_<n>, the first n that is free'),
    specialty: name.optional().describe("left out: the organ's"),
    skills: z.array(name).max(64).optional().describe("left out: the organ's"),
    roles: roleShares.optional().describe("left out: the organ's prior"),
    if_exists: z.enum(['reuse', 'refuse']).default('reuse'),
    wait_ms: z.int().min(0).max(30_000).default(5000).describe('for the agent to be ready; 0: do not wait'),
  })
  .meta({ example: { organ_id: 'utility_organ_1', agent_id: 'scout_7', skills: ['json_transform'] } });

const created = { epoch: count, created: z.boolean(), reused: z.boolean() };
const differs = z
  .array(z.enum(['organ_id', 'specialty', 'skills', 'roles']))
  .describe('where the agent is not as asked');

const createFailures = {
  unknown_organ: unknownOrgan,
  name_taken: failure(z.strictObject({ agent_id: id, archived_at: time.optional() }), { status: 409 }),
  at_capacity: z.strictObject({ organ_id: organName, live: count, max: count }),
  start_failed: z.strictObject({ agent_id: id, reason: z.enum(['not_ready', 'no_free_name']) }),
};

/** Agents come, move and go. */
export const agentLifeEndpoints = {
  create_agent: endpoint({
    doc: 'Creates an agent unless one of its name is there; of many that race for a name exactly one creates it.',
    input: wanted,
    output: z.strictObject({ agent: agentLine, ...created, differs }),
    failures: createFailures,
    idempotent: true,
    deadlineMs: 35_000,
  }),
  create_agents: endpoint({
    doc: 'Creates up to a hundred agents; what fails for one of them is told of that one.',
    input: z.strictObject({ agents: z.array(wanted).min(1).max(100) }),
    output: z.strictObject({
      results: z.array(
        z.strictObject({
          agent_id: id.optional().describe('absent: it was to be found, and none was'),
          ok: z.boolean(),
          epoch: count.optional(),
          created: z.boolean().optional(),
          reused: z.boolean().optional(),
          differs: differs.optional(),
          error: z.strictObject({ code: z.string(), details: z.unknown() }).optional(),
        }),
      ),
      created: count,
      reused: count,
      failed: count,
    }),
    idempotent: true,
    deadlineMs: 60_000,
  }),
  attach_agent: endpoint({
    doc: 'Gives an agent to a host, or to another organ, under a new epoch, once its holder has said who it is.',
    input: z.strictObject({
      agent_id: id,
      organ_id: organName.optional(),
      epoch: count.optional(),
      host: id.optional(),
    }),
    output: z.strictObject({
      agent: agentLine,
      epoch: count,
      was: z.strictObject({ epoch: count, host: id.nullable(), organ_id: organName }),
    }),
    failures: {
      unknown_agent: unknownAgent,
      unknown_organ: unknownOrgan,
      agent_busy: z.strictObject({ agent_id: id, retry_after_ms: z.number().nonnegative() }),
      attach_refused: failure(
        z.strictObject({
          reason: z.enum(['no_answer', 'wrong_identity', 'older_epoch', 'remote']),
          current_epoch: count,
          host: id.nullable(),
        }),
        { status: 409 },
      ),
      at_capacity: createFailures.at_capacity,
      start_failed: createFailures.start_failed,
    },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  archive_agent: endpoint({
    doc: 'Ends an agent: it takes no more work. Its name stays taken for 24 h, what it has learnt stays with state.',
    input: z.strictObject({
      agent_id: id,
      epoch: count.optional(),
      reason: z.string().min(1).max(200),
      force: z.boolean().default(false).describe('also while it is busy: its run is its last'),
    }),
    output: z.strictObject({ agent: agentLine, archived_at: time, already: z.boolean() }),
    failures: {
      unknown_agent: unknownAgent,
      stale_handle: staleHandle,
      agent_busy: z.strictObject({ agent_id: id, retry_after_ms: z.number().nonnegative() }),
    },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  execute_on_agent: endpoint({
    doc: 'Runs a task on the named agent, wherever it lives, and answers with its outcome.',
    input: z.strictObject({
      agent_id: id,
      epoch: count.optional(),
      task: runTask,
      hints: runHints.prefault({}),
      agent_timeout_ms: z.int().min(1000).max(300_000).default(30_000),
    }),
    output: outcome,
    failures: {
      unknown_agent: unknownAgent,
      stale_handle: staleHandle,
      agent_busy: z.strictObject({ agent_id: id, retry_after_ms: z.number().nonnegative() }),
      needs_queue: z
        .strictObject({ organ_id: organName, skill: name })
        .describe('a skill with side effects runs behind the record of a task: hand it to the organ'),
      ...runFailures,
    },
    idempotent: true,
    degradable: true,
    deadlineMs: 310_000,
    floorMs: 50,
  }),
};
