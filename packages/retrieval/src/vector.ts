/** What a model made of a text. Vectors of different models have nothing to do with each other. */
export type Vector = { readonly model: string; readonly values: Float32Array };

/** Euclidean length. */
export function lengthOf(values: ArrayLike<number>): number {
  return Math.sqrt(dot(values, values));
}

/** Whether numbers can be a direction: all finite, not all zero, and neither too large nor too small to be squared. */
export function isDirection(values: ArrayLike<number>): boolean {
  const length = lengthOf(Float32Array.from(values));
  return Number.isFinite(length) && length > 0;
}

/** Inner product, summed in order of the places, so that it is the same everywhere. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Cosine of the angle between two directions of one length, in [−1, 1] but for rounding. */
export const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => dot(a, b) / (lengthOf(a) * lengthOf(b));
