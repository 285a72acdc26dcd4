import { name } from '@seedcore/protocol';
import { z } from 'zod';
import { judgeHealth } from '../../domain/judge-health.ts';
import { defineSkill } from '../define-skill.ts';

const line = z.strictObject({
  name: z.string(),
  instances: z.int().nonnegative(),
  ready: z.int().nonnegative(),
  rtt_ms: z.number().nonnegative().nullable().describe('slowest answer; null when nobody answered'),
  version: z.string().nullable(),
  contract: z.string().nullable(),
  missing: z.array(z.string()),
});

/** Asks every service how it is. */
export const healthCheck = defineSkill({
  name: 'health_check',
  version: '1.0.0',
  doc: 'How the services and the broker are, from their own answers, without a call chain.',
  input: z.strictObject({
    services: z.array(name).min(1).max(32).optional().describe('left out: whoever answers, and the six'),
    timeout_ms: z.int().min(100).max(10_000).default(1000),
  }),
  output: z.strictObject({
    overall: z.enum(['healthy', 'degraded', 'down']),
    services: z.array(line),
    jetstream: z.strictObject({
      ok: z.boolean(),
      lag_ms: z.number().nonnegative().describe('since storage was last heard'),
    }),
    partial: z.boolean().describe('somebody known did not answer in time'),
  }),
  idempotent: true,
  isolation: 'inline',
  role: 'O',
  limits: { timeoutMs: 15_000 },
  calls: ['mesh.survey'],
  async run({ services, timeout_ms }, context) {
    const survey = await context.survey(services, Math.min(timeout_ms, context.left()));
    return {
      overall: judgeHealth(survey),
      services: survey.services.map(({ rttMs, version, contract, missing, ...counted }) => ({
        ...counted,
        rtt_ms: rttMs ?? null,
        version: version ?? null,
        contract: contract ?? null,
        missing: [...missing],
      })),
      jetstream: { ok: survey.jetstream.ok, lag_ms: survey.jetstream.lagMs },
      partial: survey.partial,
    };
  },
});
