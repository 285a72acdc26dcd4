import { bagOf } from './bag.ts';
import { BestOf, type Scored } from './best-of.ts';
import type { Indexed, Slots } from './indexed.ts';
import type { Postings } from './postings.ts';
import { corpusOf, termWeight } from './term-weight.ts';
import { dot, lengthOf, type Vector } from './vector.ts';

/** How many of the best by words, and of the best by vectors, have a part in the result. */
export const MOST_RANKED = 50;

/** Documents by how well they fit, best first: at most {@link MOST_RANKED}, each with a score above 0. */
export type Ranking = readonly Scored<Indexed>[];

/** Whom to rank: `visible` documents count in what is usual, `isWanted` ones can be found. */
export type Among = {
  readonly visible: Slots;
  readonly isWanted: (id: string) => boolean;
};

/** Documents that share a word with `text`, by BM25 among what is visible. */
export function rankByWords(text: string, postings: Postings, { visible, isWanted }: Among): Ranking {
  const corpus = corpusOf(held(visible));
  const scores = new Float64Array(visible.length);
  for (const word of bagOf(text).counts.keys()) {
    const entries = postings.having(word);
    const weigh = termWeight(corpus, visibleIn(entries, visible));
    for (let i = 0; i < entries.length; i += 2) {
      const document = visible[entries[i] ?? 0];
      if (document !== undefined)
        scores[document.slot] = (scores[document.slot] ?? 0) + weigh(entries[i + 1] ?? 0, document.length);
    }
  }
  const best = new BestOf<Indexed>(MOST_RANKED);
  for (const item of held(visible)) {
    const score = scores[item.slot] ?? 0;
    if (score > 0 && isWanted(item.id)) best.show({ item, score });
  }
  return best.inOrder();
}

/** Documents whose vector is of the model of `query` and points its way, by cosine. */
export function rankByVector({ model, values }: Vector, { visible, isWanted }: Among): Ranking {
  const best = new BestOf<Indexed>(MOST_RANKED);
  const length = lengthOf(values);
  for (const item of held(visible)) {
    if (item.vector?.model !== model || !isWanted(item.id)) continue;
    const score = dot(values, item.vector.values) / (length * item.vector.length);
    if (score > 0) best.show({ item, score });
  }
  return best.inOrder();
}

/** Documents in slots. */
export function* held(slots: Slots): Generator<Indexed, void> {
  for (const document of slots) if (document !== undefined) yield document;
}

function visibleIn(entries: readonly number[], visible: Slots): number {
  let having = 0;
  for (let i = 0; i < entries.length; i += 2) if (visible[entries[i] ?? 0] !== undefined) having += 1;
  return having;
}
