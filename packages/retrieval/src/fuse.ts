import type { Indexed } from './indexed.ts';
import type { Ranking } from './rank.ts';

/** How much the place by words counts, and that by vectors. */
const WEIGHT = { text: 0.6, vector: 0.4 } as const;
/** How little the very first places stand out. */
const K = 60;

/** A document with its place, from 1, in the rankings that have it, and what it was given there. */
export type Fused = {
  readonly item: Indexed;
  readonly rankText?: number;
  readonly scoreText?: number;
  readonly rankVector?: number;
  readonly scoreVector?: number;
};

/**
 * Reciprocal rank fusion of a place by words and one by vectors: 0.6/(60 + text) + 0.4/(60 + vector), an absent one adding 0.
 *
 * @param ranks from 1
 * @source Cormack, Clarke & Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods"
 *   (2009), with weights
 */
export const fusedScore = ({ rankText, rankVector }: Pick<Fused, 'rankText' | 'rankVector'>): number =>
  (rankText === undefined ? 0 : WEIGHT.text / (K + rankText)) +
  (rankVector === undefined ? 0 : WEIGHT.vector / (K + rankVector));

/** Every document of two rankings, with its places in them. */
export function merged(byWords: Ranking, byVector: Ranking): Fused[] {
  const all = new Map<Indexed, Fused>();
  for (const [i, { item, score }] of byWords.entries()) all.set(item, { item, rankText: i + 1, scoreText: score });
  for (const [i, { item, score }] of byVector.entries())
    all.set(item, { ...all.get(item), item, rankVector: i + 1, scoreVector: score });
  return [...all.values()];
}
