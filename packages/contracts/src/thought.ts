import { id } from '@seedcore/protocol';
import { z } from 'zod';

const share = z.number().min(0).max(1);

/** How well what was retrieved covers a question; computed from 3 items on. */
export const sufficiency = z.strictObject({
  coverage: share.describe('of the key terms, those present'),
  diversity: share.describe('1 − mean pairwise likeness'),
  conflicts: z.int().nonnegative().describe('pairs about one subject with different values'),
  agreement: share,
  staleness: share.describe('share that is older than 30 days'),
  trust: share,
});

/** A piece an answer rests on: `fact:<id>`, `input:/<pointer>` or `rule:<id>`. */
export const evidence = z.strictObject({ ref: z.string(), weight: z.number(), quote: z.string().max(140) });

/** What every answer of the cognitive service carries beside its own fields. */
export const answer = {
  confidence: share,
  confidence_basis: z.enum(['posterior', 'rule']),
  evidence: z.array(evidence),
  meta: z.strictObject({
    thought_id: id,
    method: z.literal('rules'),
    profile_used: z.literal('none'),
    unknown: z.array(z.string()).describe('what the data did not say'),
    retrieval: z.strictObject({
      found: z.int().nonnegative(),
      used: z.int().nonnegative(),
      sufficiency: z.union([sufficiency, z.literal('none')]),
    }),
    timings_ms: z.record(z.string(), z.number().nonnegative()),
  }),
};

/** How well what was retrieved covers a question. */
export type Sufficiency = z.output<typeof sufficiency>;
/** A piece an answer rests on. */
export type Evidence = z.output<typeof evidence>;
