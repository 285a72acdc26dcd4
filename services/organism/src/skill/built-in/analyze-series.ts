import { MeshError, meshErrors, time } from '@seedcore/protocol';
import { z } from 'zod';
import { describeSeries } from '../../domain/describe-series.ts';
import { defineSkill } from '../define-skill.ts';
import type { SkillContext } from '../skill-context.ts';

const anomaly = z.strictObject({
  index: z.int().nonnegative(),
  value: z.number(),
  score: z.number().nonnegative(),
  threshold: z.number().nonnegative(),
  direction: z.enum(['above', 'below']),
  expected: z.number(),
  severity: z.enum(['low', 'medium', 'high']),
});

const failures = {
  series_too_short: z.strictObject({ n: z.int().describe('values that are known; 3 are needed') }),
};

/** Figures of a series, its trend and season, and the values ml finds strange. */
export const analyzeSeries = defineSkill({
  name: 'analyze_series',
  version: '1.0.0',
  doc: 'Describes a series: spread, Theil-Sen trend, season, and the anomalies ml finds in it.',
  input: z
    .strictObject({
      values: z.array(z.number().nullable()).min(3).max(100_000).describe('null = missing'),
      timestamps: z.array(time).max(100_000).optional().describe('one per value; the trend is then per second'),
      period: z.int().min(2).max(50_000).optional().describe('steps of the season; left out: looked for'),
    })
    .refine(({ values, timestamps }) => timestamps === undefined || timestamps.length === values.length, {
      message: 'must be as many as the values',
      path: ['timestamps'],
    }),
  output: z.strictObject({
    n: z.int(),
    missing: z.int(),
    mean: z.number(),
    sd: z.number(),
    quartiles: z.strictObject({ q1: z.number(), q2: z.number(), q3: z.number() }),
    mad: z.number(),
    trend: z.strictObject({ slope: z.number(), low: z.number(), high: z.number() }).nullable(),
    season: z.strictObject({ period: z.int(), strength: z.number().min(0).max(1) }).nullable(),
    anomalies: z.array(anomaly).nullable().describe('null: ml could not be asked'),
  }),
  failures,
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 30_000 },
  calls: ['ml.detect_anomaly'],
  async run({ values, timestamps, period }, context) {
    const known = values.filter((value) => value !== null).length;
    if (known < 3) context.fail('series_too_short', { n: known });
    const seconds = timestamps?.map((at) => Date.parse(at) / 1000);
    const { trend, season, ...figures } = describeSeries({ values, seconds, period });
    context.progress('described', { pct: 0.5 });
    const anomalies = await findAnomalies(
      { data: values, ...(timestamps === undefined ? {} : { timestamps }) },
      context,
    );
    return { ...figures, trend: trend ?? null, season: season ?? null, anomalies };
  },
});

/** ml away costs the anomalies, not the figures: the result says so. */
async function findAnomalies(
  series: { data: (number | null)[]; timestamps?: string[] },
  context: SkillContext<typeof failures>,
): Promise<z.output<typeof anomaly>[] | null> {
  try {
    const reply = await context.services.ml.detect_anomaly(series);
    if (!reply.ok) return context.fail('series_too_short', { n: reply.failure.details.n });
    return reply.value.points.map(({ explanation: _, ...point }) => point);
  } catch (cause) {
    if (context.signal.aborted || !(cause instanceof MeshError) || meshErrors[cause.code].kind === 'caller')
      throw cause;
    context.degrade(`ml.detect_anomaly: ${cause.code}`);
    return null;
  }
}
