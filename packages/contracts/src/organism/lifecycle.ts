import { endpoint, failure, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from '../agent-record.ts';
import { organKind, organName, organPad } from '../organ-record.ts';
import { unknownOrgan } from './refusals.ts';
import { revisionConflict } from './routes.ts';

const count = z.int().nonnegative();
const drainMs = z.int().min(0).max(120_000).default(25_000).describe('time what runs has to finish');

/** What may be set of an organ; what is left out stays as it is, or is usual for a new one. */
export const organConfig = z.strictObject({
  kind: organKind.optional(),
  desired: z.int().min(0).max(100).optional().describe('agents it should have'),
  max_agents: z.int().min(1).max(100).optional(),
  skills: z.array(name).max(64).optional(),
  specialty: name.nullable().optional(),
  role_prior: roleShares.optional().describe('sums to 1'),
  pad: organPad.optional(),
});

const problems = z.array(z.strictObject({ path: z.string(), problem: z.string() })).max(1000);
const invalidConfig = z.strictObject({ problems });
const unconfirmed = failure(z.strictObject({ confirm: z.string() }), { status: 422 });
const ended = {
  finished: count.describe('runs that ended by themselves in time'),
  handed_back: count.describe('runs that were stopped and go on elsewhere, or whose caller was told'),
};
const heardOf = {
  partial: z.boolean().describe('true: a replica did not say what became of its runs'),
  missing_replicas: z.array(id),
};
/** The whole, in one word. */
export const organismState = z.enum(['starting', 'ready', 'degraded', 'draining', 'stopped']);

/** Organs as they are set up, and the whole as it begins, pauses and begins anew. */
export const lifecycleEndpoints = {
  update_organ_config: endpoint({
    doc: 'Changes how an organ is set up, or makes one; its agents follow. What is so already changes nothing.',
    input: z.strictObject({
      organ_id: organName,
      config: organConfig,
      create: z.boolean().default(false).describe('makes the organ if there is none'),
      if_revision: count.optional(),
      dry_run: z.boolean().default(false).describe('tells what would change, and writes nothing'),
    }),
    output: z.strictObject({
      revision: count.describe('0: there is none yet'),
      changed: z.array(z.strictObject({ path: z.string(), from: z.unknown().optional(), to: z.unknown() })),
    }),
    failures: { unknown_organ: unknownOrgan, conflict: revisionConflict, invalid_config: invalidConfig },
    idempotent: true,
    // Ends in a durable write, which may have to wait for a new leader.
    deadlineMs: 15_000,
  }),
  initialize_organism: endpoint({
    doc: 'Makes the organs that are missing, and has those that were stopped work again.',
    input: z.strictObject({
      config: z
        .strictObject({
          organs: z
            .array(organConfig.extend({ organ_id: organName }))
            .min(1)
            .max(200),
        })
        .optional()
        .describe('left out: the three of a first start; what is there stays as it is'),
      wait_ms: z.int().min(0).max(30_000).default(0).describe('waits so long for agents'),
    }),
    output: z.strictObject({
      state: organismState,
      organs: count,
      agents: count.describe('that live'),
      created: z.array(organName),
      reused: z.array(organName),
      waiting_for: z.array(z.string()),
    }),
    failures: { invalid_config: invalidConfig },
    idempotent: true,
    deadlineMs: 35_000,
  }),
  shutdown_organism: endpoint({
    doc: 'Has every organ finish and begin nothing more, until initialize_organism; replicas stay up and answer.',
    input: z.strictObject({ confirm: z.literal('shutdown').optional(), drain_ms: drainMs }),
    output: z.strictObject({
      state: organismState,
      ...ended,
      killed: count.describe('runs that did not obey'),
      ...heardOf,
    }),
    failures: { confirmation_required: unconfirmed },
    idempotent: true,
    deadlineMs: 140_000,
  }),
  restart_organism: endpoint({
    doc: 'Has agents finish, end, and begin anew with fresh threads under new epochs: those of one organ, or all.',
    input: z.strictObject({
      confirm: z.literal('restart').optional(),
      organ_id: organName.optional(),
      drain_ms: drainMs,
    }),
    output: z.strictObject({
      generation: count.describe('grows with every restart of an organ; the highest of those restarted'),
      restarted: count.describe('agents'),
      handed_back: count,
      ...heardOf,
    }),
    failures: { confirmation_required: unconfirmed, unknown_organ: unknownOrgan },
    deadlineMs: 140_000,
  }),
};
