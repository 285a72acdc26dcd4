import { id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from './agent-record.ts';

/** Name of an organ or a skill; an organ's is also the name of its queue. */
export const organName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,36}$/, 'must be a-z first, then up to 36 of a-z 0-9 _ -')
  .meta({ example: 'utility_organ_1' });

/** What an organ is for. */
export const organKind = z.enum(['cognitive', 'actuator', 'utility', 'graph', 'fact', 'resource', 'custom']);

/** Which of the two ways to judge output acts; the other one is only counted. */
export const padVersion = z.union([z.literal(1), z.literal(2)]);
const share = z.number().min(0).max(1);

/** How output is judged: unhealthy at P or less, at A or more, at D or less, once a run is 30 s old; milder before. */
export const organPad = z.strictObject({ version: padVersion, P: share, A: share, D: share });

/** An organ as it is kept in `<ns>_organs` under `organ.<organ_id>`. */
export const organRecord = z.strictObject({
  organ_id: organName,
  kind: organKind,
  state: z.enum(['ready', 'stopped']),
  desired: z.int().min(0).max(100).describe('agents it should have'),
  max_agents: z.int().min(1).max(100),
  skills: z.array(name).max(64),
  specialty: name.nullable(),
  role_prior: roleShares,
  created_at: time,
  configured: z.boolean().optional().describe('true: set up by hand, so that no start raises its agents'),
  generation: z.int().nonnegative().optional().describe('how often its agents began anew; left out: never'),
  pad: organPad.optional().describe('left out: version 2, P 0.2, A 0.8, D 0.3'),
  heir: organName.optional().describe('retired: whose agents do what still comes through its queue'),
  drain_ms: z.int().nonnegative().optional().describe('time what runs has to finish when it stops or begins anew'),
});

/**
 * Whose an agent is, as it is kept in `<ns>_organs` under `agent.<agent_id>`; the revision of the record is the epoch
 * of the agent: whoever wrote it last hosts the agent, and every change of host is a new epoch.
 */
export const agentHolding = z.strictObject({
  agent_id: id,
  organ_id: organName,
  host: id.nullable().describe('instance of organism that runs it; null when it was let go'),
  presence: z.enum(['starting', 'ready', 'gone']).describe('starting: given to a host that has not taken it yet'),
  skills: z.array(name).max(64),
  specialty: name.nullable(),
  roles: roleShares.optional().describe("left out: its organ's prior"),
  created_at: time,
  held_since: time,
  replaced_at: z.array(time).max(3).optional().describe('when it last had to be replaced because it did not answer'),
  worker: id.optional().describe('the worker whose place it is; left out: it runs in threads of its host'),
  archived_at: time.optional(),
  archived_why: z.string().max(200).optional(),
});

/** What an organ is for. */
export type OrganKind = z.output<typeof organKind>;
/** How output is judged. */
export type OrganPad = z.output<typeof organPad>;
/** An organ as it is kept. */
export type OrganRecord = z.output<typeof organRecord>;
/** Whose an agent is. */
export type AgentHolding = z.output<typeof agentHolding>;
