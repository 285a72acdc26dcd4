import { endpoint, event, failure, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { mode } from '../mode.ts';
import { organName, organRecord } from '../organ-record.ts';
import { unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();
const number = z.number();
/** Most organs one evolution concerns: so many scopes a result may be reported for. */
const MOST_ORGANS = 8;

const op = z.enum(['split', 'merge', 'clone', 'retire']);
const evolutionState = z
  .enum(['applying', 'settling', 'measuring', 'rolling_back', 'accepted', 'rolled_back', 'rollback_failed'])
  .describe('the last three are its end');

const figures = {
  E_before: number.describe('energy of the organs concerned by living agent, in the terms that are known'),
  delta_E_est: number.describe('what it would change of that; negative is better'),
  cost: number.nonnegative(),
  cost_e: number.nonnegative().describe('the cost in terms of energy'),
  roi_est: number.describe('-delta_E_est / cost_e'),
};

const told = {
  evolution_id: id,
  op,
  organs: z.array(organName).min(1).max(MOST_ORGANS),
  state: evolutionState,
  ...figures,
  delta_E_measured: number.nullable().describe('null: not measured'),
  why: z.string().max(400).optional().describe('why it was not accepted'),
  started_at: time,
  ended_at: time.optional(),
};

/** An evolution as it is shown. */
export const evolutionLine = z.strictObject(told);

const arrangement = z.strictObject({
  organs: z.array(organRecord).max(MOST_ORGANS),
  agents: z.array(
    z.strictObject({
      agent_id: id,
      organ_id: organName,
      archived: z.boolean(),
      like: id.optional().describe('the agent it is a copy of'),
    }),
  ),
});

/** An evolution as it is kept: how organs and agents were before, and shall be after it. */
export const evolutionRecord = z.strictObject({
  ...told,
  lead: organName,
  before: arrangement,
  after: arrangement,
  settle_ms: count,
  measure_ms: count,
  keep_if_unmeasured: z.boolean(),
  min_roi: number,
  applied_at: time.optional(),
});

/** Organs change their shape. */
export const evolutionEndpoints = {
  evolve: endpoint({
    doc: 'Splits, merges, clones or retires an organ if that pays; what does not prove to pay is taken back.',
    input: z
      .strictObject({
        op,
        organ_id: organName,
        params: z
          .strictObject({
            k: z.int().min(2).max(8).default(2).describe('split: organs it becomes'),
            move_fraction: z.number().min(0).max(1).default(0.5).describe('split: share of its agents that leave it'),
            src_organs: z.array(organName).max(8).default([]).describe('merge: organs that end in it, at most seven'),
            migrate_to: organName.optional().describe('retire: who serves its queue; left out: the fallback'),
          })
          .prefault({}),
        dry_run: z.boolean().default(false).describe('the same answer, and nothing happens'),
        force: z.boolean().default(false).describe('also when it seems not to pay; it is measured all the same'),
        settle_ms: z.int().min(0).max(600_000).default(30_000),
        measure_ms: z.int().min(10_000).max(600_000).default(60_000),
        keep_if_unmeasured: z.boolean().default(false),
      })
      .meta({ example: { op: 'retire', organ_id: 'actuator_organ_1', dry_run: true } }),
    output: z.strictObject({
      evolution_id: id,
      state: z.enum(['planned', 'applying']).describe('planned: a dry run; how it ends is an event'),
      ...figures,
    }),
    failures: {
      unknown_organ: unknownOrgan,
      unprofitable: z.strictObject({ roi_est: number, min: number }),
      too_costly: z.strictObject({ cost: number, max: number }),
      evolution_running: failure(z.strictObject({ evolution_id: id, organ_id: organName }), { status: 409 }),
      bad_shape: z.strictObject({ reason: z.string() }),
      refused_by_mode: z.strictObject({ mode }),
      energy_unknown: z.strictObject({ reason: z.string() }),
    },
    deadlineMs: 15_000,
    criticality: 'optional',
  }),
};

/** What is told of it. */
export const evolutionEvents = {
  evolution_finished: event({
    doc: 'An evolution was accepted, or taken back, or could not be taken back, which somebody has to look at.',
    kind: 'lossy',
    data: evolutionLine,
    key: 'evolution_id',
  }),
};

/** An evolution as it is shown. */
export type EvolutionLine = z.output<typeof evolutionLine>;
/** An evolution as it is kept. */
export type EvolutionRecord = z.output<typeof evolutionRecord>;
/** How organs and agents are, or shall be. */
export type Arrangement = z.output<typeof arrangement>;
