import { id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { answer } from './thought.ts';

const share = z.number().min(0).max(1);
const count = z.number().nonnegative().max(1e9);

const unique = <T>(key: (item: T) => string) => ({
  check: (items: readonly T[]) => new Set(items.map(key)).size === items.length,
  message: 'ids must be unique',
});
const uniqueIds = unique<{ id: string }>((item) => item.id);

/** One thing that could be done. */
export const option = z.strictObject({
  id,
  text: z.string().max(1000).optional(),
  scores: z.record(id, z.number()).optional().describe('criterion to measured or estimated value'),
  cost: z.number().nonnegative().optional().describe('breaks ties unless a criterion is called cost'),
  risk: share.optional(),
  reversible: z.boolean().default(true),
});

/** One thing that matters, and how much. */
export const criterion = z
  .strictObject({
    id,
    weight: share,
    direction: z.enum(['max', 'min']),
    range: z.tuple([z.number(), z.number()]).optional().describe('worst and best case, low to high'),
    required_min: z.number().optional(),
    required_max: z.number().optional(),
  })
  .refine(({ range }) => range === undefined || range[0] < range[1], {
    message: 'low must be below high',
    path: ['range'],
  });

/** A question with its options. */
export const decisionContext = z.strictObject({
  question: z.string().min(1).max(2000),
  options: z.array(option).min(1).max(20).refine(uniqueIds.check, uniqueIds.message),
  criteria: z.array(criterion).max(12).refine(uniqueIds.check, uniqueIds.message).default([]),
});

const outcome = z.strictObject({ option_id: id, success: z.boolean(), at: time });
const tally = z.strictObject({ successes: count, failures: count });

/** How the options fared before: single outcomes, weighed by age, or plain counts. */
export const historicalData = z
  .strictObject({ outcomes: z.array(outcome).max(500).optional(), counts: z.record(id, tally).optional() })
  .refine((data) => data.outcomes === undefined || data.counts === undefined, 'give outcomes or counts, not both');

/** How one option came out. */
export const rankedOption = z.strictObject({
  option_id: id,
  score: share,
  base: share.describe('from the criteria alone'),
  posterior: z.strictObject({ alpha: z.number(), beta: z.number(), mean: share }).describe('success, from history'),
  missing: z.array(id).describe('criteria without a score'),
  vetoed_by: z.array(id).describe('criteria whose required bound is broken'),
});

/** The choice, how every option came out, and why. */
export const decision = z.strictObject({
  decision: id.describe('one of the offered ids, or hold'),
  ranking: z.array(rankedOption),
  margin: z.number(),
  reasons: z
    .array(z.strictObject({ text: z.string(), refs: z.array(z.string()) }))
    .min(1)
    .max(8),
  alternatives: z.array(id).max(3),
  requires_confirmation: z.boolean(),
  ...answer,
});

/** One thing that could be done. */
export type Option = z.output<typeof option>;
/** One thing that matters. */
export type Criterion = z.output<typeof criterion>;
/** A question with its options. */
export type DecisionContext = z.output<typeof decisionContext>;
/** How the options fared before. */
export type HistoricalData = z.output<typeof historicalData>;
/** How one option came out. */
export type RankedOption = z.output<typeof rankedOption>;
/** The choice and why. */
export type Decision = z.output<typeof decision>;
