import { endpoint, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from '../agent-record.ts';
import { organKind, organName, organPad } from '../organ-record.ts';
import { presence } from './agents.ts';
import { evolutionLine } from './evolution.ts';
import { organismState } from './lifecycle.ts';
import { managerLine } from './managers.ts';
import { page } from './page.ts';
import { unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();
const age = z.number().nonnegative();
const share = z.number().min(0).max(1);
const organState = z
  .enum(['starting', 'ready', 'degraded', 'draining', 'stopped'])
  .describe('starting: agents are yet to be made; degraded: fewer live ones than desired; draining: told to stop');
const organLine = z.strictObject({
  organ_id: organName,
  kind: organKind,
  state: organState,
  skills: z.array(name),
  role_prior: roleShares,
  agents: z.strictObject({ desired: count, idle: count, busy: count, suspect: count }),
  queue: z.strictObject({ waiting: count }).nullable().describe('null: cannot be read'),
  running: count,
  utilisation: share.describe('busy agents of live agents'),
  p95_ms: z.number().nonnegative().nullable().describe('of the last 200 runs on this replica; null before the first'),
  max_agents: count,
  specialty: name.nullable(),
  pad: organPad.optional(),
  managers: z.array(managerLine).describe('that were heard lately'),
  generation: count.describe('how often its agents began anew'),
  heir: organName.optional().describe('retired: whose agents do what comes through its queue'),
  evolution: evolutionLine.optional().describe('the newest that concerned it'),
  revision: count,
  age_ms: age,
});
const hostLine = z.strictObject({
  id,
  state: z.enum(['ready', 'slow', 'suspect']).describe('slow: no beat for 6 s; suspect: for 10 s, and it is pinged'),
  agents: count,
  busy: count,
  threads: count.nullable().describe('running threads and processes of skills; null: only the host itself knows'),
  stuck_threads: count.nullable(),
  lag_ms: age.nullable(),
  rss_mb: z.number().nonnegative().nullable(),
  age_ms: age,
});

/** Organs, and the whole. */
export const organEndpoints = {
  get_organ_status: endpoint({
    doc: 'Organs with their agents, what waits in their queues, and how busy they are.',
    input: z.strictObject({ organ_id: organName.optional(), ...page }),
    output: z.strictObject({ organs: z.array(organLine), age_ms: age, next_cursor: id.optional() }),
    failures: { unknown_organ: unknownOrgan },
    idempotent: true,
    // Counts what waits in every queue; its age is in the answer.
    coalesce: true,
    deadlineMs: 2000,
  }),
  get_organism_status: endpoint({
    doc: 'The whole in one look: organs, agents by presence, hosts, and what is waited for.',
    input: z.strictObject({}),
    output: z.strictObject({
      state: organismState,
      initialized: z.boolean(),
      routing_epoch: count,
      organs: count,
      agents: z.record(presence, count),
      running: count,
      queued: count.nullable().describe('tasks that wait for organs; null: cannot be read'),
      hosts: z.array(hostLine),
      waiting_for: z.array(z.string()),
    }),
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'critical',
  }),
};
