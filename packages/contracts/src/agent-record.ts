import { id, time } from '@seedcore/protocol';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();

/** A real vector: its length, and its numbers as little-endian 32-bit floats in base64. */
export const vector = z
  .strictObject({ dim: z.int().min(1).max(4096), f32: z.base64().max(22_000) })
  .meta({ example: { dim: 2, f32: 'AACAPwAAAAA=' } });

/** How an agent divides itself between exploring, specialising and observing; the three sum to 1. */
export const roleShares = z.strictObject({ e: z.number(), s: z.number(), o: z.number() });

/** A capability between 0 and 1 and the number of attempts behind it; n = 0 marks a mere prior. */
export const capability = z.strictObject({ value: share, n: count });

/** What an agent has done so far, as totals. */
export const agentCounters = z.strictObject({
  tasks: count,
  ok: count,
  failed: count,
  memory_writes: count,
  memory_hits: count,
  salient: count,
});

const levels = z.record(id, share).refine((map) => Object.keys(map).length <= 64, 'at most 64 entries');
const meetings = z.record(id, count).refine((map) => Object.keys(map).length <= 64, 'at most 64 entries');

/** The fields of an agent that others report; `null` means that nobody has. */
export const agentFields = z.strictObject({
  organ_id: id.nullable(),
  project_id: id.nullable(),
  specialty: id.nullable(),
  lifecycle: id.nullable(),
  owner: id.nullable(),
  archived: z.boolean(),
  h: vector.nullable(),
  p: roleShares.nullable(),
  c: capability,
  mem_util: share.nullable(),
  skills: levels,
  peers: meetings,
  counters: agentCounters,
  quality: z.array(share).max(20),
});

/** A change of some fields to absolute values; a field not named stays as it is. */
export const agentPatch = agentFields.partial().meta({ example: { organ_id: 'utility_organ_1' } });

/** An agent as it is kept: its fields, who wrote each of them and when, and the epoch of its owner. */
export const agentRecord = agentFields.extend({
  agent_id: id,
  epoch: count,
  created_at: time,
  updated_at: time,
  provenance: z.record(z.string().max(32), z.strictObject({ who: z.string().max(64), when: time })),
});

/** Whether an agent is heard of: alive up to 15 s, late up to 60 s, then silent; unknown = never heard. */
export const liveness = z.enum(['alive', 'late', 'silent', 'unknown']);

/** An agent as it is kept. */
export type AgentRecord = z.output<typeof agentRecord>;
/** The fields of an agent that others report. */
export type AgentFields = z.output<typeof agentFields>;
/** A change of some fields of an agent. */
export type AgentPatch = z.output<typeof agentPatch>;
/** Shares of the three roles. */
export type RoleShares = z.output<typeof roleShares>;
/** A real vector as it travels. */
export type Vector = z.output<typeof vector>;
/** Whether an agent is heard of. */
export type Liveness = z.output<typeof liveness>;
