import type { ml } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { rankByBm25, rerankModel } from '../domain/bm25.ts';

/** Orders documents by relevance. */
export const rerank: Handler<typeof ml.endpoints.rerank> = async ({ query, documents, top_n }) => {
  const ranked = rankByBm25(query, documents).slice(0, top_n);
  return ok({ results: ranked.map(({ index, score }) => ({ index, relevance_score: score })), model: rerankModel });
};
