import { id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { agentCounters, capability, liveness, roleShares, vector } from './agent-record.ts';
import { mode } from './mode.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const age = z.number().nonnegative().nullable();

/** Wraps the data of one part of a snapshot with where it is from, how old its oldest input is, and what is missing. */
const part = <T extends z.ZodType>(data: T) =>
  z.strictObject({
    data,
    source: z.string(),
    age_ms: age,
    completeness: share,
    missing: z.array(z.string().max(160)).max(50),
    missing_more: count,
  });

/** One agent in a snapshot: what its record says and what its last heartbeat said. */
export const agentView = z.strictObject({
  agent_id: id,
  organ_id: id.nullable(),
  specialty: id.nullable(),
  lifecycle: id.nullable(),
  h: vector.nullable(),
  p: roleShares.nullable(),
  c: capability,
  mem_util: share.nullable(),
  load: share.nullable(),
  progress: share.nullable(),
  heartbeat_age_ms: age,
  liveness,
});

/** One organ in a snapshot: what organism registered, and what its members add up to. */
export const organView = z.strictObject({
  organ_id: id,
  kind: z.string().nullable(),
  state: z.string().nullable(),
  role_prior: roleShares.nullable(),
  desired: count.nullable(),
  max_agents: count.nullable(),
  skills: z.array(z.string()),
  members: z.array(id).describe('not archived, in id order'),
  alive: count,
  h: vector.nullable().describe('mean of the known h of its members'),
  roles: z.array(roleShares.nullable()).describe('in the order of members'),
});

/** One of the six services as this replica sees it. */
export const serviceView = z.strictObject({ service: id, instances: count, age_ms: age });

const systemView = z.strictObject({
  services: z.array(serviceView),
  mode: mode.nullable().describe('null: nobody has checked for 30 s'),
  mode_age_ms: age,
  h: vector.nullable().describe('mean of the known h, weighted by capability and memory use'),
  h_known: count.describe('agents behind h'),
});

const memoryView = z.strictObject({ facts: count, fact_bytes: count });

/** The four parts of a snapshot. */
export const stateParts = z.strictObject({
  agents: part(z.array(agentView)),
  organs: part(z.array(organView)),
  system: part(systemView),
  memory: part(memoryView),
});

/** How one figure is spread over the agents that have it; all null when none has. */
export const spread = z.strictObject({
  known: count,
  mean: z.number().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  deviation: z.number().nullable().describe('population standard deviation'),
});

/** Statistics over all agents that are not archived. */
export const stateSummary = z.strictObject({
  agents: count,
  archived: count,
  c: spread,
  mem_util: spread,
  load: spread,
  lifecycle: z.record(z.string(), count).describe('`unknown` counts agents without one'),
  liveness: z.record(liveness, count),
  counters: agentCounters,
});

/** A picture of everything: what is known, how old and how complete it is; nothing missing is filled in. */
export const aggregatedState = z.strictObject({
  aggregation_type: z.enum(['all', 'recent', 'summary']),
  at: time,
  version: z.record(z.string(), count).describe('last applied sequence of each bucket'),
  snapshot_id: z.string().describe('equal at two replicas whose recorded fields are equal'),
  completeness: share.describe('the smallest of the parts'),
  parts: stateParts.partial(),
  summary: stateSummary.optional(),
});

/** A picture for those who come again: who has seen it already is told so, in place of it. */
export const unifiedPicture = z.strictObject({
  ...aggregatedState.pick({ at: true, version: true, snapshot_id: true, completeness: true }).shape,
  not_modified: z.boolean(),
  parts: stateParts.partial().describe('those asked for; none when it is not modified'),
});

/** A picture for those who come again. */
export type UnifiedPicture = z.output<typeof unifiedPicture>;
/** A picture of everything. */
export type AggregatedState = z.output<typeof aggregatedState>;
/** The four parts of a snapshot. */
export type StateParts = z.output<typeof stateParts>;
/** One agent in a snapshot. */
export type AgentView = z.output<typeof agentView>;
/** One organ in a snapshot. */
export type OrganView = z.output<typeof organView>;
/** One of the six services as this replica sees it. */
export type ServiceView = z.output<typeof serviceView>;
/** How one figure is spread. */
export type Spread = z.output<typeof spread>;
/** Statistics over all agents. */
export type StateSummary = z.output<typeof stateSummary>;
