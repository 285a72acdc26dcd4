import { dot, embeddingDims } from './hash-embedding.ts';
import { normalScore } from './normal-score.ts';
import type { Observation } from './observation.ts';
import { ascending } from './quantile.ts';

/** What a stream looked like at first. */
export type DriftReference = {
  /** Of the channels: one per feature, and one for the distance of the text. */
  readonly names: readonly string[];
  /** Normal score of each channel of an observation among the observations of the reference. */
  standardise(observation: Observation): number[];
};

/**
 * Makes a reference of the first observations of a stream.
 *
 * Features are compared one by one; a text by its distance 1 − cos from the mean of the reference texts.
 *
 * @param observations shape [n], n ≥ 2, all of one size
 */
export function referenceOf(observations: readonly Observation[]): DriftReference {
  const features = observations[0]?.features.map((_, i) => column(observations, i)) ?? [];
  const texts = observations.flatMap(({ text }) => (text ? [text] : []));
  const sum = sumOf(texts);
  const distances = ascending(texts.map((text) => distance(text, minus(sum, text))));
  return {
    names: [...features.map((_, i) => `features[${i}]`), ...(texts.length > 0 ? ['text'] : [])],
    standardise: ({ features: values, text }) => [
      ...features.map((sorted, i) => normalScore(values[i] ?? 0, sorted)),
      ...(text ? [normalScore(distance(text, sum), distances)] : []),
    ],
  };
}

function column(observations: readonly Observation[], i: number): Float64Array {
  return ascending(observations.map(({ features }) => features[i] ?? 0));
}

function sumOf(vectors: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(embeddingDims);
  for (const vector of vectors) {
    vector.forEach((value, i) => {
      sum[i] = (sum[i] ?? 0) + value;
    });
  }
  return sum;
}

function minus(sum: Float64Array, vector: Float64Array): Float64Array {
  return sum.map((value, i) => value - (vector[i] ?? 0));
}

/** 1 − cos, 1 when either is zero. */
function distance(a: Float64Array, b: Float64Array): number {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b));
  return lengths === 0 ? 1 : 1 - dot(a, b) / lengths;
}
