import type { Vector } from '@seedcore/contracts';

/** Longest vector an agent may report, by its Euclidean norm. */
const MOST_NORM = 10;

/** The numbers of a vector; undefined when its bytes are not `dim` 32-bit floats. */
export function decodeVector({ dim, f32 }: Vector): Float32Array | undefined {
  const bytes = Buffer.from(f32, 'base64');
  if (bytes.length !== dim * 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: dim }, (_, i) => view.getFloat32(i * 4, true));
}

/** Numbers as little-endian 32-bit floats in base64. */
export function encodeVector(values: ArrayLike<number>): Vector {
  const bytes = Buffer.alloc(values.length * 4);
  for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i] ?? 0, i * 4);
  return { dim: values.length, f32: bytes.toString('base64') };
}

/** What is wrong with a reported vector as a sentence; undefined when it is finite, short enough and `dim` long. */
export function vectorProblem(vector: Vector, dim: number): string | undefined {
  if (vector.dim !== dim) return `it has ${vector.dim} numbers, here they have ${dim}`;
  const values = decodeVector(vector);
  if (values === undefined) return `its bytes are not ${vector.dim} 32-bit floats`;
  if (!values.every(Number.isFinite)) return 'it holds a number that is not finite';
  return Math.hypot(...values) <= MOST_NORM ? undefined : `its norm is above ${MOST_NORM}`;
}

/** A vector and how much it counts. */
export type Weighed = { readonly vector: Vector; readonly weight: number };

/** Σ weight × vector / Σ weight over vectors of one length; equal weights when all are 0; undefined without any. */
export function meanVector(weighed: readonly Weighed[]): Vector | undefined {
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const [first] = weighed;
  if (first === undefined) return undefined;
  const sums = new Float64Array(first.vector.dim);
  for (const { vector, weight } of weighed) {
    const share = total === 0 ? 1 / weighed.length : weight / total;
    for (const [i, value] of (decodeVector(vector) ?? []).entries()) sums[i] = (sums[i] ?? 0) + share * value;
  }
  return encodeVector(sums);
}
