import type { Bag } from './bag.ts';
import { corpusOf, termWeight } from './term-weight.ts';

/**
 * Scores bags for a query by BM25, ≥ 0, with words as rare and lengths as usual as they are among `documents`. A word
 * asked twice counts once. What is scored need not be one of the documents.
 */
export function bm25(query: Bag, documents: readonly Bag[]): (bag: Bag) => number {
  const corpus = corpusOf(documents);
  const terms = [...query.counts.keys()].map((word) => ({
    word,
    weigh: termWeight(corpus, documents.filter(({ counts }) => counts.has(word)).length),
  }));
  return ({ counts, length }) => terms.reduce((sum, { word, weigh }) => sum + weigh(counts.get(word) ?? 0, length), 0);
}
