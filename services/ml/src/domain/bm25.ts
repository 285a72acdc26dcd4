import { bagOf, bm25 } from '@seedcore/retrieval';

/** Name of the ranking: change it whenever a score would change. */
export const rerankModel = 'bm25-v1';

/** A document by its place in the input, and its score, ≥ 0. */
export type Ranked = { readonly index: number; readonly score: number };

/** Scores documents for a query by BM25 over these documents alone, best first, ties in input order. */
export function rankByBm25(query: string, documents: readonly string[]): Ranked[] {
  const bags = documents.map((document) => bagOf(document, 'joined'));
  const scoreOf = bm25(bagOf(query, 'joined'), bags);
  return bags
    .map((bag, index) => ({ index, score: scoreOf(bag) }))
    .sort((left, right) => right.score - left.score || left.index - right.index);
}
