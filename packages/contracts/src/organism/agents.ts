import { endpoint, event, id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from '../agent-record.ts';
import { organName } from '../organ-record.ts';
import { page } from './page.ts';
import { unknownAgent } from './refusals.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const age = z.number().nonnegative();

/**
 * What an agent is doing: starting until its host has it, idle and busy by its beats, slow when it is busy and its counter
 * stands still, suspect when it is idle and its counter stands still or its host is not heard, gone when nobody holds it.
 */
export const presence = z.enum(['starting', 'idle', 'busy', 'slow', 'suspect', 'gone']);

/** What an agent has become by what it did: employed, scout, specialist; or archived. */
export const lifecycle = z.enum(['employed', 'scout', 'specialist', 'archived']);

/** An agent as its record, its beats and what it last said of itself tell. */
export const agentLine = z.strictObject({
  agent_id: id,
  organ_id: organName,
  epoch: count.describe('grows with every change of host or organ'),
  host: id.nullable(),
  kind: z.enum(['thread', 'remote']).describe('remote: a place of a worker, which its host keeps'),
  specialty: name.nullable(),
  skills: z.array(name),
  presence,
  lifecycle,
  capability: z.strictObject({ value: share, n: count }).nullable().describe('null: not known here'),
  roles: roleShares,
  tasks_processed: count.nullable(),
  successful_tasks: count.nullable(),
  quality_scores: z.array(share).max(20).nullable(),
  created_at: time,
  idle_since: time.nullable().describe('null: busy, or not known here'),
  load: share.nullable(),
  progress: share.nullable(),
  age_ms: age.nullable().describe('since its last beat; null when none was heard'),
});

/** Agents as they live now. */
export const agentEndpoints = {
  list_agents: endpoint({
    doc: 'Agents as they live now, in id order; suspects and archived ones are listed as such.',
    input: z.strictObject({
      organ_id: organName.optional(),
      presence: presence.optional(),
      lifecycle: lifecycle.optional(),
      skill: name.optional(),
      ...page,
    }),
    output: z.strictObject({
      agents: z.array(agentLine),
      counts: z.record(presence, count),
      next_cursor: id.optional(),
    }),
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'optional',
  }),
  get_agent: endpoint({
    doc: 'One agent; its host is asked, and what is not known within the time is what was last heard.',
    input: z.strictObject({ agent_id: id }),
    output: z.strictObject({
      agent: agentLine,
      running: z.strictObject({ task_id: id.nullable(), progress: share.nullable() }).optional(),
    }),
    failures: { unknown_agent: unknownAgent },
    idempotent: true,
    deadlineMs: 500,
    criticality: 'optional',
  }),
};

const told = { agent_id: id, organ_id: organName, epoch: count };

/** What is told of them. */
export const agentEvents = {
  agent_created: event({
    doc: 'An agent has a record for the first time, and a host that shall run it.',
    kind: 'lossy',
    data: z.strictObject({ ...told, host: id }),
    key: 'agent_id',
  }),
  agent_attached: event({
    doc: 'An agent has a host: created, or taken over from one that let it go or fell silent.',
    kind: 'lossy',
    data: z.strictObject({ ...told, host: id, was: id.optional() }),
    key: 'agent_id',
  }),
  agent_moved: event({
    doc: 'An agent was given to another organ or another host.',
    kind: 'lossy',
    data: z.strictObject({ ...told, host: id, was: z.strictObject({ organ_id: organName, host: id.optional() }) }),
    key: 'agent_id',
  }),
  agent_suspect: event({
    doc: 'The counter of an idle agent stands still; it is asked before anything is done about it.',
    kind: 'lossy',
    data: z.strictObject({ ...told, host: id, still_ms: age }),
    key: 'agent_id',
  }),
  agent_gone: event({
    doc: 'An agent left two pings unanswered, or its host is dead; it comes back under a new epoch.',
    kind: 'lossy',
    data: z.strictObject({ ...told, host: id, why: z.enum(['no_answer', 'host_dead']) }),
    key: 'agent_id',
  }),
  agent_archived: event({
    doc: 'An agent takes no more work.',
    kind: 'lossy',
    data: z.strictObject({ ...told, reason: z.string().max(200) }),
    key: 'agent_id',
  }),
};
