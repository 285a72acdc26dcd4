import { endpoint, event, failure, id, name, service } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from './agent-record.ts';
import { heartbeat } from './heartbeat.ts';
import { organKind, organName } from './organ-record.ts';
import { announcedOutcome, outcome, pastRun, runError, runHints, runTask } from './run.ts';

const count = z.int().nonnegative();
const age = z.number().nonnegative();
const share = z.number().min(0).max(1);

const unknownOrgan = failure(z.strictObject({ organ_id: organName, known: z.array(organName) }), { status: 404 });
const noRoute = z.strictObject({ type: name, domain: name, known_types: z.array(name) });

const runFailures = {
  no_route: noRoute,
  no_capable_agent: z.strictObject({
    requires: z.array(name),
    nearest: z.array(z.strictObject({ agent_id: id, lacks: z.array(z.string()) })).max(3),
  }),
  organ_not_ready: z.strictObject({ organ_id: organName, state: z.string(), retry_after_ms: age }),
  skill_failed: z.strictObject({ skill: name, code: z.string(), message: z.string(), data: z.unknown().optional() }),
  attempts_exhausted: z.strictObject({ task_id: id, history: z.array(pastRun), last: runError }),
  conflict: failure(z.strictObject({ id }), { status: 409 }),
};

/** What an agent is doing: busy and idle from its beats, suspect when they stopped, gone when nobody holds it. */
export const presence = z.enum(['idle', 'busy', 'suspect', 'gone']);

const agentLine = z.strictObject({
  agent_id: id,
  organ_id: organName,
  epoch: count.describe('grows with every change of host'),
  host: id.nullable(),
  kind: z.literal('thread'),
  specialty: name.nullable(),
  skills: z.array(name),
  presence,
  capability: z.strictObject({ value: share, n: count }).nullable().describe('null: not known here'),
  load: share.nullable(),
  progress: share.nullable(),
  age_ms: age.nullable().describe('since its last beat; null when none was heard'),
});

const organLine = z.strictObject({
  organ_id: organName,
  kind: organKind,
  state: z.enum(['ready', 'degraded', 'stopped']).describe('degraded: fewer live agents than desired'),
  skills: z.array(name),
  role_prior: roleShares,
  agents: z.strictObject({ desired: count, idle: count, busy: count, suspect: count }),
  queue: z.strictObject({ waiting: count }).nullable().describe('null: cannot be read'),
  running: count,
  utilisation: share.describe('busy agents of live agents'),
  p95_ms: z.number().nonnegative().nullable().describe('of the last 200 runs on this replica; null before the first'),
  revision: count,
});

const hostLine = z.strictObject({
  id,
  agents: count,
  busy: count,
  threads: count.nullable().describe('running threads and processes of skills; null: only the host itself knows'),
  stuck_threads: count.nullable(),
  lag_ms: age.nullable(),
  rss_mb: z.number().nonnegative().nullable(),
  age_ms: age,
});

const page = { limit: z.int().min(1).max(1000).default(100), cursor: id.optional() };

/** Organs, agents in threads, and the skills they run. */
export const organism = service('organism', {
  doc: 'Runs the work: agents in organs run skills, in threads that can be stopped for real.',
  version: '0.1.0',
  endpoints: {
    handle_task: endpoint({
      doc: 'Runs a task on the organ its type leads to, and answers with its outcome.',
      input: z.strictObject({ task: runTask, hints: runHints.prefault({}) }),
      output: outcome,
      failures: runFailures,
      idempotent: true,
      degradable: true,
      deadlineMs: 120_000,
      floorMs: 50,
      criticality: 'critical',
    }),
    execute_on_organ: endpoint({
      doc: 'Runs a task on the named organ, and answers with its outcome.',
      input: z.strictObject({
        organ_id: organName,
        task: runTask,
        hints: runHints.prefault({}),
        organ_timeout_ms: z.int().min(1000).max(300_000).default(30_000),
      }),
      output: outcome,
      failures: { unknown_organ: unknownOrgan, ...runFailures },
      idempotent: true,
      degradable: true,
      deadlineMs: 310_000,
      floorMs: 50,
      criticality: 'critical',
    }),
    resolve_route: endpoint({
      doc: 'Which organ a task of this type would go to, through which queue, and why.',
      input: z.strictObject({
        task: z.strictObject({
          type: name,
          domain: name.default('general'),
          requires: z.array(name).max(8).default([]),
        }),
        preferred_logical_id: id.optional(),
      }),
      output: z.strictObject({
        logical_id: organName,
        resolved_from: z.enum(['preferred', 'domain', 'task', 'default', 'fallback']),
        queue: organName,
        epoch: count.describe('grows with every change of organs, agents and hosts'),
        instance_id: id.optional().describe('a host of one of its live agents'),
        alive: z.boolean(),
        age_ms: age.describe('since this replica last compared its view with the bucket'),
      }),
      failures: { no_route: noRoute },
      idempotent: true,
      deadlineMs: 1000,
      criticality: 'critical',
    }),
    list_agents: endpoint({
      doc: 'Agents as they live now, in id order; what they remember is in state.',
      input: z.strictObject({
        organ_id: organName.optional(),
        presence: presence.optional(),
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
        state: z.enum(['starting', 'ready', 'degraded']),
        initialized: z.boolean(),
        routing_epoch: count,
        organs: count,
        agents: z.record(presence, count),
        running: count,
        hosts: z.array(hostLine),
        waiting_for: z.array(z.string()),
      }),
      idempotent: true,
      deadlineMs: 1000,
      criticality: 'critical',
    }),
  },
  events: {
    heartbeat,
    attempt_started: event({
      doc: 'An agent began a run of a task.',
      kind: 'lossy',
      data: z.strictObject({
        task_id: id,
        attempt: count,
        epoch: count,
        organ_id: organName,
        agent_id: id,
        skill: name,
        trace_id: z.string(),
      }),
      key: 'task_id',
    }),
    attempt_finished: event({
      doc: 'A run of a task ended; the outcome without its result.',
      kind: 'lossy',
      data: announcedOutcome,
      key: 'task_id',
    }),
    agent_attached: event({
      doc: 'An agent has a host: created, or taken over from one that let it go or fell silent.',
      kind: 'lossy',
      data: z.strictObject({ agent_id: id, organ_id: organName, host: id, epoch: count, was: id.optional() }),
      key: 'agent_id',
    }),
  },
});
