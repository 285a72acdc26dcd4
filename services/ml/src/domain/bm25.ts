import { wordsOf } from './words.ts';

/** Name of the ranking: change it whenever a score would change. */
export const rerankModel = 'bm25-v1';

const k1 = 1.2;
const b = 0.75;

/** A document by its place in the input, and its score, ≥ 0. */
export type Ranked = { readonly index: number; readonly score: number };

/**
 * Scores documents for a query by BM25 over these documents alone, best first, ties in input order.
 *
 * @source Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), eq. 3.15; idf as in Lucene,
 *   ln(1 + (N − n + ½)/(n + ½)), which is never negative
 */
export function rankByBm25(query: string, documents: readonly string[]): Ranked[] {
  const texts = documents.map(wordsOf);
  const averageLength = texts.reduce((sum, words) => sum + words.length, 0) / texts.length;
  const counts = texts.map(countWords);
  const terms = [...new Set(wordsOf(query))].map((term) => ({ term, idf: idfOf(term, counts) }));
  return texts
    .map((words, index) => {
      const length = averageLength > 0 ? words.length / averageLength : 0;
      const weigh = (frequency: number) => (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + b * length));
      const score = terms.reduce((sum, { term, idf }) => sum + idf * weigh(counts[index]?.get(term) ?? 0), 0);
      return { index, score };
    })
    .sort((left, right) => right.score - left.score || left.index - right.index);
}

function idfOf(term: string, counts: readonly ReadonlyMap<string, number>[]): number {
  const containing = counts.filter((count) => count.has(term)).length;
  return Math.log(1 + (counts.length - containing + 0.5) / (containing + 0.5));
}

function countWords(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
