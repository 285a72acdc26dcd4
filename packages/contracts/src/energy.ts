import { endpoint, event, failure, id, service, time } from '@seedcore/protocol';
import { z } from 'zod';
import { agentShare, energyCoverage, energyTerms, energyWeights, scope, unifiedState } from './energy-terms.ts';
import { mode, modeCause, modeRecord } from './mode.ts';

const number = z.number().min(-1e9).max(1e9);
const age = z.number().nonnegative();

const result = z
  .strictObject({
    result_id: id.describe('a repeat gets the first answer'),
    subject: z.strictObject({ kind: z.enum(['optimization', 'evolution', 'promotion', 'task', 'other']), id }),
    scope: scope.optional().describe('default: organism'),
    scopes: z.array(scope).min(1).max(8).optional().describe('instead of scope: their sum'),
    basis: z.enum(['total', 'per_agent']).default('total'),
    delta_e: number.nullable().describe('change of energy as the reporter sees it; negative is better; null: unknown'),
    e_before: number.optional(),
    e_after: number.optional(),
    window: z
      .strictObject({ from: time, to: time })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { message: 'must be after from', path: ['to'] })
      .optional()
      .describe('when it happened; without it nothing can be measured'),
  })
  .refine(({ scope, scopes }) => scope === undefined || scopes === undefined, {
    message: 'give scope or scopes, not both',
    path: ['scopes'],
  })
  .meta({ example: { result_id: 'r1', subject: { kind: 'task', id: 't1' }, delta_e: -0.02 } });

/** Says how well the organism is arranged and how hard it may work. */
export const energy = service('energy', {
  doc: 'How well the organism is arranged, as a number traced to its inputs, and how hard it may work now.',
  version: '0.1.0',
  endpoints: {
    compute_energy: endpoint({
      doc: 'The energy of a state you hand in, by term, with gradients; lower is better.',
      input: z.strictObject({
        unified_state: unifiedState,
        weights: energyWeights.partial().default({}).describe('default: the live ones'),
        include_gradients: z.boolean().default(false),
        include_breakdown: z.boolean().default(true),
      }),
      output: z.strictObject({
        terms: energyTerms,
        total: z.number().nullable().describe('null when a core term is unknown'),
        known_total: z.number().describe('sum of the terms that are known'),
        coverage: energyCoverage,
        per_agent_terms: z.array(agentShare).optional(),
        gradients: z
          .strictObject({
            d_h: z.array(z.array(z.number()).nullable()).describe('by agent; null: h unknown'),
            d_p: z.array(z.tuple([z.number(), z.number(), z.number()]).nullable()),
            d_p_tangent: z.array(z.tuple([z.number(), z.number(), z.number()]).nullable()),
            d_e: z.array(z.number()),
            d_mem: z.strictObject({ p_compress: z.number(), r_effective: z.number() }).nullable(),
          })
          .optional(),
        normalised: z.array(id).describe('agents whose role shares did not sum to 1 and were divided by their sum'),
      }),
      failures: {
        shape_mismatch: z.strictObject({ field: z.string(), want: z.string(), got: z.string() }),
      },
      idempotent: true,
      deadlineMs: 2000,
      criticality: 'optional',
    }),
    get_energy_state: endpoint({
      doc: 'The energy of the organism, an organ or an agent now, by term, with what is unknown.',
      input: z.strictObject({
        scope: scope.default('organism'),
        max_age_ms: z.int().min(0).max(3_600_000).default(15_000).describe('an older sample is replaced by a new one'),
      }),
      output: z.strictObject({
        terms: energyTerms,
        coverage: energyCoverage,
        total: z.number().nullable().describe('null when a core term is unknown or not attributable to the scope'),
        known_total: z.number(),
        absent: z.array(z.string()).describe('terms that are unknown or cannot be attributed to the scope'),
        per_agent: z.array(agentShare),
        weights: energyWeights,
        snapshot_id: z.string().nullable().describe("state's; null: nothing was ever read"),
        age_ms: age.nullable(),
      }),
      failures: { unknown_scope: failure(z.strictObject({ scope: z.string() }), { status: 404 }) },
      idempotent: true,
      // May take a new sample of everything; its age is in the answer.
      coalesce: true,
      degradable: true,
      deadlineMs: 2500,
    }),
    report_result: endpoint({
      doc: 'Records what something did to the energy, and compares the claim with what was measured.',
      input: result,
      output: z.strictObject({
        recorded: z.literal(true),
        delta_e_reported: z.number().nullable(),
        delta_e_measured: z.number().nullable().describe('null: no sample near both ends of the window'),
        agreement: z.enum(['agree', 'disagree', 'unknown']),
        weights: energyWeights.describe('both ends were measured with'),
      }),
      failures: {
        inconsistent: z.strictObject({ expected: z.number().describe('e_after - e_before') }),
        id_reused: failure(z.strictObject({ result_id: id }), { status: 409 }),
      },
      idempotent: true,
      deadlineMs: 15_000,
    }),
    get_mode: endpoint({
      doc: 'How hard the organism may work, and why.',
      input: z.strictObject({}),
      output: z.strictObject({
        mode: mode.nullable().describe('null: nobody has checked for 30 s; behave as in DEGRADED'),
        brownout_level: z.int().min(0).max(3).describe('0 everything, 1 sheds optional work, 3 only critical work'),
        causes: modeRecord.shape.causes,
        components: modeRecord.shape.components,
        since: time.nullable(),
        dwell_s: z.number().positive().nullable(),
        clean_checks: z.int().nonnegative().nullable(),
        epoch: z.int().nonnegative().nullable(),
        seq: z.int().nonnegative().nullable(),
        checked_at: time.nullable(),
        age_ms: age.nullable().describe('of the last check'),
      }),
      idempotent: true,
      deadlineMs: 300,
      criticality: 'critical',
    }),
  },
  events: {
    mode_changed: event({
      doc: 'The organism may work harder, or must work less hard, than before.',
      kind: 'lossy',
      data: z.strictObject({
        from: mode.nullable().describe('null: the first mode there ever was'),
        to: mode,
        causes: z.array(modeCause),
        seq: z.int().nonnegative(),
      }),
    }),
  },
});
