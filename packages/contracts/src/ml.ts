import { endpoint, event, failure, id, name, service, time } from '@seedcore/protocol';
import { z } from 'zod';
import { scoreOutput } from './ml/score-output.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const model = z.strictObject({ name: z.string(), version: z.string() });
const text = z.string().max(8000);
const value = z.number().min(-1e100).max(1e100);
const mostCharacters = 1_000_000;

/** Refuses texts that together would occupy the service for too long. */
const fits = (texts: readonly string[]) => texts.reduce((sum, each) => sum + each.length, 0) <= mostCharacters;
const tooMuchText = `must be at most ${mostCharacters} characters together`;

const streamId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64})?$/, 'must be one or two ids joined by a dot')
  .meta({ example: 'general_query.general' });

const observation = z
  .strictObject({
    stream: streamId.optional().describe('default: <type>.<domain> of the task'),
    task: z
      .strictObject({ type: name, domain: name.default('general'), description: text.optional() })
      .optional()
      .describe('names the stream; its description is the text when there is none'),
    text: text.optional().describe('observed by its distance from the texts of the reference'),
    features: z.array(value).min(1).max(512).optional().describe('always as many for one stream'),
    mode: z.enum(['window']).default('window').describe('window: against the first observations of the stream'),
  })
  .refine(({ stream, task }) => stream !== undefined || task !== undefined, {
    message: 'needed, unless a task names the stream',
    path: ['stream'],
  })
  .refine(({ text, features, task }) => (text ?? features ?? task?.description) !== undefined, {
    message: 'needed, unless there is a text or a task with a description',
    path: ['features'],
  })
  .meta({ example: { stream: 'pump-3.temperature', features: [20.5] } });

const series = z
  .strictObject({
    data: z.array(value.nullable()).max(100_000).describe('in time order; null = missing; at least 3 numbers'),
    timestamps: z.array(time).max(100_000).optional().describe('one per value; puts the values in time order'),
    sensitivity: share.default(0.5).describe('chance of a false alarm per point: 0 one in 1e6, 0.5 1e4, 1 one in 100'),
    include_scores: z.boolean().default(false),
  })
  .refine(({ data, timestamps }) => timestamps === undefined || timestamps.length === data.length, {
    message: 'must be as many as the values',
    path: ['timestamps'],
  })
  .meta({ example: { data: [1, 1.1, 0.9, 1, 9, 1.1, 1] } });

const anomalousPoint = z.strictObject({
  index: count,
  value: z.number(),
  score: z.number().nonnegative().describe('distance from expected in robust standard deviations'),
  threshold: z.number().nonnegative().describe('the score an ordinary value of this series stays below'),
  direction: z.enum(['above', 'below']),
  expected: z.number(),
  severity: z.enum(['low', 'medium', 'high']).describe('score from 1, 1.25, 2 thresholds on'),
  explanation: z.string(),
});

/** Numbers from data: how strange a series is, how far a stream has drifted, how near two texts are. */
export const ml = service('ml', {
  doc: 'Measures: anomalies in series, drift of streams, vectors and relevance of texts, output of agents. It never decides.',
  version: '0.1.0',
  endpoints: {
    detect_anomaly: endpoint({
      doc: 'The values of a series that stand out from what the ones before let one expect.',
      input: series,
      output: z.strictObject({
        points: z.array(anomalousPoint).describe('where anomalies begin, in index order'),
        scores: z.array(z.number().nullable()).optional().describe('one per value; null where it could not be judged'),
        ready: z.boolean().describe('enough values were known for the chance of a false alarm to hold'),
        n: count.describe('values that were known'),
        model,
      }),
      failures: {
        series_too_short: z.strictObject({ n: count.describe('values that were known') }),
        all_missing: z.strictObject({ n: count.describe('values, all of them missing') }),
      },
      idempotent: true,
      deadlineMs: 2000,
    }),
    compute_drift_score: endpoint({
      doc: 'Takes one observation of a stream and says how far the stream has moved from its first observations.',
      input: observation,
      output: z.strictObject({
        score: share
          .nullable()
          .describe('1 - p, p = chance that a calm stream gets so far in 100 observations; null: not ready'),
        level: z.number().nonnegative().nullable().describe('CUSUM over its alarm bound; null: not ready'),
        alarm: z.boolean(),
        change_at: time.optional().describe('estimated beginning of the change, with an alarm'),
        arl0: z.number().positive().describe('observations between two false alarms, on average'),
        n: count.describe('observations this instance of ml has seen of the stream'),
        ready: z.boolean().describe('the reference is complete'),
        since: time.describe('this instance knows the stream since then'),
        top_features: z
          .array(z.strictObject({ name: z.string(), z: z.number() }))
          .describe('estimated shift of the features that moved most, in standard deviations'),
        model,
      }),
      failures: { feature_mismatch: z.strictObject({ expected: count, got: count }) },
      idempotent: true,
      // Each instance knows the streams it was told of, and no others.
      affinity: 'stream',
      deadlineMs: 500,
      criticality: 'optional',
    }),
    embeddings: endpoint({
      doc: 'Unit vectors of texts; texts that share words and word parts are near.',
      input: z
        .strictObject({
          input: z.union([text, z.array(text).min(1).max(256)]),
          model: z.string().max(128).optional().describe('default: hash-384-v1'),
        })
        .meta({ example: { input: ['agent memory drift detected', 'drift detection in the agent memory'] } }),
      output: z.strictObject({
        vectors: z.array(z.array(z.number())).describe('one per text; all zeros for a text without letters or digits'),
        dims: z.int().positive(),
        model: z.string().describe('never mix vectors of different models'),
      }),
      failures: { no_provider: failure(z.strictObject({ model: z.string() }), { status: 404 }) },
      idempotent: true,
      deadlineMs: 10_000,
    }),
    rerank: endpoint({
      doc: 'Documents by their relevance for a query, best first (BM25 over these documents).',
      input: z
        .strictObject({
          query: z.string().min(1).max(8000),
          documents: z.array(z.string().max(32_000)).min(1).max(1000).refine(fits, tooMuchText),
          top_n: z.int().min(1).max(1000).optional().describe('default: all'),
        })
        .meta({ example: { query: 'cat mat', documents: ['the cat sat on the mat', 'birds fly high in the sky'] } }),
      output: z.strictObject({
        results: z.array(z.strictObject({ index: count, relevance_score: z.number().nonnegative() })),
        model: z.string(),
      }),
      idempotent: true,
      deadlineMs: 10_000,
    }),
    score_output: scoreOutput,
    list_models: endpoint({
      doc: 'The models there are, what they are for, and where data goes when they are used.',
      input: z.strictObject({}),
      output: z.strictObject({
        models: z.array(
          z.strictObject({
            name: z.string(),
            version: z.string(),
            endpoint: z.string().describe('the endpoint it answers'),
            doc: z.string(),
            egress: z.literal('none').describe('no data leaves the process'),
          }),
        ),
      }),
      idempotent: true,
      deadlineMs: 2000,
      criticality: 'optional',
    }),
  },
  events: {
    drift_scored: event({
      doc: 'A stream got a drift score.',
      kind: 'lossy',
      data: z.strictObject({ stream: streamId, score_norm: share, alarm: z.boolean(), instance: id }),
    }),
  },
});
