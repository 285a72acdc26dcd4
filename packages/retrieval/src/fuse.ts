import type { Indexed } from './indexed.ts';
import type { Ranking } from './rank.ts';

/** How much a place by words counts, how much one by vectors, and how little the very first places stand out. */
export type Fusion = { readonly text: number; readonly vector: number; readonly k: number };

/**
 * What searches use. With the usual k of 60 fifty places are nearly alike, and a fusion is no better than the vectors alone;
 * of ten settings tried on five corpora these were best, and they hold on others (`test/state/search-quality`).
 */
export const FUSION: Fusion = { text: 0.4, vector: 0.6, k: 5 };

/** A document with its place, from 1, in the rankings that have it, and what it was given there. */
export type Fused = {
  readonly item: Indexed;
  readonly rankText?: number;
  readonly scoreText?: number;
  readonly rankVector?: number;
  readonly scoreVector?: number;
};

/**
 * Reciprocal rank fusion of a place by words and one by vectors: text/(k + place) + vector/(k + place), an absent one adding 0.
 *
 * @param ranks from 1
 * @source Cormack, Clarke & Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
 *   (2009), with weights
 */
export const fusedScore = (
  { rankText, rankVector }: Pick<Fused, 'rankText' | 'rankVector'>,
  { text, vector, k }: Fusion = FUSION,
): number =>
  (rankText === undefined ? 0 : text / (k + rankText)) + (rankVector === undefined ? 0 : vector / (k + rankVector));

/** Every document of two rankings, with its places in them. */
export function merged(byWords: Ranking, byVector: Ranking): Fused[] {
  const all = new Map<Indexed, Fused>();
  for (const [i, { item, score }] of byWords.entries()) all.set(item, { item, rankText: i + 1, scoreText: score });
  for (const [i, { item, score }] of byVector.entries())
    all.set(item, { ...all.get(item), item, rankVector: i + 1, scoreVector: score });
  return [...all.values()];
}
