/** How soon more occurrences stop counting. */
const K1 = 1.2;
/** How much long texts are discounted, from 0 (not) to 1 (in proportion). */
const B = 0.75;

/** How many documents a word is weighed among, and their mean number of words. */
export type Corpus = { readonly size: number; readonly averageLength: number };

/** The corpus that documents of these lengths, in words, are. */
export function corpusOf(documents: Iterable<{ readonly length: number }>): Corpus {
  let size = 0;
  let words = 0;
  for (const { length } of documents) {
    size += 1;
    words += length;
  }
  return { size, averageLength: size === 0 ? 0 : words / size };
}

/**
 * What a word that `having` documents of the corpus contain adds to the score of a document that contains it `times` among
 * `length` words, by BM25: ≥ 0, and 0 where it is absent.
 *
 * @param having in [0, corpus.size]
 * @source Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), eq. 3.15; idf as in
 *   Lucene, ln(1 + (N − n + ½)/(n + ½)), which is never negative
 */
export function termWeight({ size, averageLength }: Corpus, having: number): (times: number, length: number) => number {
  const idf = Math.log(1 + (size - having + 0.5) / (having + 0.5));
  return (times, length) => {
    const relativeLength = averageLength > 0 ? length / averageLength : 0;
    return idf * ((times * (K1 + 1)) / (times + K1 * (1 - B + B * relativeLength)));
  };
}
