import { endpoint } from '@seedcore/protocol';
import { z } from 'zod';

const share = z.number().min(0).max(1);
const model = z.strictObject({ name: z.string(), version: z.string() });
const mostCharacters = 1_000_000;

/** What a run has said lately, and what it was asked for. */
export const outputWindow = z
  .strictObject({
    goal: z.string().max(8000).describe('what the work is for, in words; empty when nobody said'),
    segments: z
      .array(z.string().max(1000))
      .max(40)
      .describe('what was said, oldest first; the newest are judged, the others tell what the work is about'),
    events: z
      .array(
        z.strictObject({
          kind: z.enum(['error', 'retry', 'progress']).describe('progress: something is done that was not done before'),
          segments_ago: z.int().min(0).max(1000).describe('0: it came with the newest segment'),
          age_ms: z.number().nonnegative().optional().describe('needed of progress to know how long there was none'),
        }),
      )
      .max(100)
      .optional(),
    logprobs: z
      .array(z.number().min(-1000).max(0))
      .min(1)
      .max(4096)
      .optional()
      .describe('of the tokens of what was said, natural logarithms'),
    acceptance: z.array(z.boolean()).min(1).max(100).optional().describe('one per check: whether it is met'),
  })
  .meta({ example: { goal: 'build api', segments: ['Build API', 'completed success'] } });

const fits = (windows: readonly z.output<typeof outputWindow>[]): boolean =>
  windows.reduce((sum, one) => sum + one.goal.length + one.segments.join('').length, 0) <= mostCharacters;

/** What can be wrong with output: it strays from its goal, goes nowhere, or does not know. */
export const padDiagnosis = z.enum(['divergence', 'stall', 'uncertainty']);

const padV1 = z.strictObject({
  p: share,
  a: share,
  d: share,
  healthy: z.boolean().describe('p > 0.2, a < 0.8 and d > 0.3'),
  diagnosis: padDiagnosis.optional().describe('the first limit that is reached'),
});

const padV2 = z.strictObject({
  p: share.describe('how near the goal; 0.5 without evidence'),
  a: share.describe('how agitated and stuck; 0.5 without evidence'),
  d: share.describe('how sure of itself; 0.5 without evidence'),
  evidence: z
    .array(
      z.strictObject({
        kind: z.enum(['goal', 'acceptance', 'events', 'repetition', 'progress', 'hedging', 'logprobs']),
        value: share,
      }),
    )
    .describe('what the scores rest on, before it is weighed'),
});

/** Scores of what runs say. */
export const scoreOutput = endpoint({
  doc: 'How near its goal (p), how stuck (a) and how sure (d) the output of each window is, by two rules.',
  input: z.strictObject({
    windows: z.array(outputWindow).max(64).refine(fits, `must be at most ${mostCharacters} characters together`),
  }),
  output: z.strictObject({
    scores: z.array(z.strictObject({ v1: padV1, v2: padV2 })).describe('one per window'),
    model,
  }),
  idempotent: true,
  deadlineMs: 1000,
});

/** What a run has said lately, and what it was asked for. */
export type OutputWindow = z.output<typeof outputWindow>;
/** What can be wrong with output. */
export type PadDiagnosis = z.output<typeof padDiagnosis>;
/** Scores of one window by the first rule. */
export type PadV1 = z.output<typeof padV1>;
/** Scores of one window by the second rule. */
export type PadV2 = z.output<typeof padV2>;
