import type { Indexed } from './indexed.ts';
import { dot } from './vector.ts';

/** How alike two documents are: the cosine of their vectors where both have one of the same model, else Jaccard. */
export function similarity(a: Indexed, b: Indexed): number {
  if (a.vector !== undefined && b.vector !== undefined && a.vector.model === b.vector.model)
    return dot(a.vector.values, b.vector.values) / (a.vector.length * b.vector.length);
  const words = new Set(a.words);
  return shareOfEither(b.words.filter((word) => words.has(word)).length, a.words.length + b.words.length);
}

/**
 * Share of the words of two texts that both have, in [0, 1]; 0 when neither has any.
 *
 * @source Jaccard, "Étude comparative de la distribution florale" (1901)
 */
export function jaccard(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): number {
  let both = 0;
  for (const word of a.keys()) if (b.has(word)) both += 1;
  return shareOfEither(both, a.size + b.size);
}

/** Share of what both have in what either has, given how many they have one by one together. */
const shareOfEither = (both: number, together: number): number => (together === 0 ? 0 : both / (together - both));
