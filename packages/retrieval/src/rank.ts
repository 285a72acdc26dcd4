import { bagOf } from './bag.ts';
import { BestOf, type Scored } from './best-of.ts';
import type { Indexed } from './indexed.ts';
import type { Postings } from './postings.ts';
import { corpusOf, termWeight } from './term-weight.ts';
import { dot, lengthOf, type Vector } from './vector.ts';

/** How many of the best by words, and of the best by vectors, have a part in the result. */
export const MOST_RANKED = 50;

/** Documents by how well they fit, best first: at most {@link MOST_RANKED}, each with a score above 0. */
export type Ranking = readonly Scored<Indexed>[];

/** Whom to rank: `visible` documents count in what is usual, `isWanted` ones can be found. */
export type Among = {
  readonly visible: ReadonlySet<Indexed>;
  readonly isWanted: (id: string) => boolean;
};

/** Documents that share a word with `text`, by BM25 among what is visible. */
export function rankByWords(text: string, postings: Postings, { visible, isWanted }: Among): Ranking {
  const corpus = corpusOf(lengths(visible));
  const scores = new Map<Indexed, number>();
  for (const word of bagOf(text).counts.keys()) {
    const having = [...postings.having(word)].filter(([document]) => visible.has(document));
    const weigh = termWeight(corpus, having.length);
    for (const [document, times] of having)
      scores.set(document, (scores.get(document) ?? 0) + weigh(times, document.bag.length));
  }
  const best = new BestOf<Indexed>(MOST_RANKED);
  for (const [item, score] of scores) if (isWanted(item.id)) best.show({ item, score });
  return best.inOrder();
}

/** Documents whose vector is of the model of `query` and points its way, by cosine. */
export function rankByVector({ model, values }: Vector, { visible, isWanted }: Among): Ranking {
  const best = new BestOf<Indexed>(MOST_RANKED);
  const length = lengthOf(values);
  for (const item of visible) {
    if (item.vector?.model !== model || !isWanted(item.id)) continue;
    const score = dot(values, item.vector.values) / (length * item.vector.length);
    if (score > 0) best.show({ item, score });
  }
  return best.inOrder();
}

function* lengths(documents: Iterable<Indexed>): Generator<{ length: number }> {
  for (const { bag } of documents) yield bag;
}
