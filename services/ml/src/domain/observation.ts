import { embeddingDims } from './hash-embedding.ts';

/** What was seen of a stream at one moment: numbers, the vector of a text, or both. */
export type Observation = {
  readonly features: readonly number[];
  /** Unit vector, shape [384]. */
  readonly text: Float64Array | undefined;
};

/** Numbers in an observation; a text counts as the length of its vector. */
export function sizeOf({ features, text }: Observation): number {
  return features.length + (text ? embeddingDims : 0);
}
