import { id } from '@seedcore/protocol';
import { z } from 'zod';
import { roleShares } from './agent-record.ts';

const share = z.number().min(0).max(1);
const amount = z.number().min(-1e6).max(1e6);

/** Whose energy: the organism's, or that of one organ or agent. */
export const scope = z
  .string()
  .regex(
    /^(organism|(organ|agent|project|task|being|provider):[A-Za-z0-9_-]{1,64})$/,
    'must be organism or <kind>:<id>',
  )
  .meta({ example: 'organism' });

/** The energy by term; lower is better, null = unknown. */
export const energyTerms = z.strictObject({
  pair: z.number().nullable(),
  hyper: z.number().nullable(),
  entropy: z.number().nullable(),
  reg: z.number().nullable(),
  mem: z.number().nullable(),
  drift: z.number().nullable(),
  anomaly: z.number().nullable(),
});

/** Share of each term's inputs that were known. */
export const energyCoverage = z.strictObject({
  pair: share,
  hyper: share,
  entropy: share,
  reg: share,
  mem: share,
  drift: share,
  anomaly: share,
});

/** What each term counts for. */
export const energyWeights = z.strictObject({
  alpha: z.number().min(0).max(2).describe('of role entropy'),
  lambda: z.number().min(0).max(0.1).describe('of the squared norm of h'),
  beta: z.number().min(0).max(1).describe('of memory compression'),
  lambda_drift: share,
  mu_anomaly: share,
});

/** What one agent contributes to the terms that can be attributed. */
export const agentShare = z.strictObject({
  agent_id: id,
  pair: z.number().nullable(),
  entropy: z.number().nullable(),
  reg: z.number().nullable(),
});

/** Everything the energy is computed from; null = unknown. */
export const unifiedState = z
  .strictObject({
    agents: z
      .array(
        z.strictObject({
          agent_id: id,
          h: z.array(amount).min(1).max(512).nullable().describe('all of one length'),
          p: roleShares
            .extend({ e: share, s: share, o: share })
            .nullable()
            .describe('shares of explorer, specialist, observer'),
        }),
      )
      .max(512),
    W: z.array(z.array(amount)).max(512).nullable().default(null).describe('agents by agents; null = not known'),
    E: z.array(share).max(64).default([]).describe('pattern strengths'),
    memory: z
      .strictObject({ p_compress: share, r_effective: z.number().min(0).max(1e9) })
      .nullable()
      .default(null),
    drift: share.nullable().default(null),
    anomaly: share.nullable().default(null),
  })
  .meta({
    example: {
      agents: [
        { agent_id: 'a1', h: [1, 0], p: { e: 0.5, s: 0.25, o: 0.25 } },
        { agent_id: 'a2', h: [0.6, 0.8], p: { e: 0.4, s: 0.3, o: 0.3 } },
      ],
      W: [
        [0, 0.5],
        [0.5, 0],
      ],
    },
  });

/** The energy by term. */
export type EnergyTerms = z.output<typeof energyTerms>;
/** Share of each term's inputs that were known. */
export type EnergyCoverage = z.output<typeof energyCoverage>;
/** What each term counts for. */
export type EnergyWeights = z.output<typeof energyWeights>;
/** What one agent contributes. */
export type AgentShare = z.output<typeof agentShare>;
/** Everything the energy is computed from. */
export type UnifiedState = z.output<typeof unifiedState>;
