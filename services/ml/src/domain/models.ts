import { rerankModel } from './bm25.ts';
import { embeddingModel } from './hash-embedding.ts';

/** The detector behind `detect_anomaly`; the version changes whenever a score would. */
export const anomalyModel = { name: 'forecast-residual', version: '1' } as const;
/** The detector behind `compute_drift_score`; the version changes whenever a score would. */
export const driftModel = { name: 'rank-cusum', version: '1' } as const;

/** The rules behind `score_output`; the version changes whenever a score would. */
export const padModel = { name: 'pad', version: '3' } as const;

/** Every model there is; all of them are arithmetic in this process. */
export const models = [
  {
    ...anomalyModel,
    endpoint: 'detect_anomaly',
    doc: 'Residual against the best of several forecasts, on a robust scale, against an extrapolated tail.',
    egress: 'none',
  },
  {
    ...driftModel,
    endpoint: 'compute_drift_score',
    doc: 'Two-sided CUSUM of rank-based normal scores against the first observations of a stream.',
    egress: 'none',
  },
  {
    name: embeddingModel,
    version: '1',
    endpoint: 'embeddings',
    doc: 'Signed feature hashing of words and character 3- to 5-grams into 384 dimensions.',
    egress: 'none',
  },
  {
    name: rerankModel,
    version: '1',
    endpoint: 'rerank',
    doc: 'BM25 over the documents of the request.',
    egress: 'none',
  },
  {
    ...padModel,
    endpoint: 'score_output',
    doc: 'Naive Bayes over words known from goal and run, 3-grams said before, typed events, and hedges, in English and Russian.',
    egress: 'none',
  },
] as const;
